internal import Yams

/// From YAML nodes to declarations.
struct ProjectionParser {
  var reader: DeclarationReader
  var problems: [ProjectionProblem] { reader.problems }

  /// Rows in rows in rows: what is deeper is an accident.
  static let maximumDepth = 8
  private static let keys = [
    "projection", "table", "root", "key", "where", "soft_delete", "fields", "indexes", "search", "filters",
  ]
  /// PostgreSQL's own, beside `simple`.
  static let languages = [
    "simple", "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hindi",
    "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese", "romanian", "russian", "serbian",
    "spanish", "swedish", "tamil", "turkish", "yiddish",
  ]

  init(file: String) { reader = DeclarationReader(file: file) }

  mutating func file(_ node: Node) -> [ProjectionDeclaration] {
    if DeclarationReader.isNull(node) { return [] }
    let top = reader.place(node, key: "")
    guard case .mapping(let mapping) = node else {
      reader.report(top, "expected \"projection: <name>\" or a list under \"projections:\" at the top of the file")
      return []
    }
    guard let several = mapping.first(where: { DeclarationReader.text($0.key) == "projections" }) else {
      return projection(node, at: top).map { [$0] } ?? []
    }
    _ = reader.entries(node, at: top, allowed: ["projections"], expected: "a list of projections")
    guard case .sequence(let items) = several.value else {
      reader.report(
        reader.place(several.key, key: "projections"), "expected a list of projections, found \(DeclarationReader.kind(several.value))")
      return []
    }
    return items.compactMap { projection($0, at: reader.place($0, key: "projections")) }
  }

  private mutating func projection(_ node: Node, at place: DeclarationPlace) -> ProjectionDeclaration? {
    let problemsBefore = problems.count
    let entries = reader.entries(
      node, at: DeclarationPlace(file: place.file, line: place.line, key: ""), allowed: Self.keys, expected: "a projection")
    guard let nameEntry = entries.first(where: { $0.name == "projection" }) else {
      if problems.count == problemsBefore { reader.report(place, "the projection has no name; expected \"projection: <name>\"") }
      return nil
    }
    let isName: (String) -> Bool = { text in
      text.utf8.count <= 40 && text.utf8.first.map { (97...122).contains($0) } == true
        && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }
    let expectedName = "a name of up to 40 lower case letters, digits and _"
    guard let name = reader.text(nameEntry, expected: expectedName) else { return nil }
    if !isName(name.text) { reader.report(name.problem("expected \(expectedName)")) }

    var own = entries.filter { $0.name != "projection" }
    own = own.map { entry in
      DeclarationReader.Entry(
        name: entry.name, place: DeclarationPlace(file: entry.place.file, line: entry.place.line, key: "\(name.text).\(entry.name)"),
        node: entry.node)
    }
    let here = DeclarationPlace(file: place.file, line: nameEntry.place.line, key: name.text)
    func entry(_ key: String) -> DeclarationReader.Entry? { own.first { $0.name == key } }

    guard let rootEntry = entry("root") else {
      if problems.count == problemsBefore { reader.report(here, "expected root, the mirrored table whose rows the documents are made for") }
      return nil
    }
    guard let fieldsEntry = entry("fields") else {
      if problems.count == problemsBefore { reader.report(here, "expected fields, what a document shows") }
      return nil
    }
    let root = reader.text(rootEntry, expected: "a mirrored table")
    let table = tableName(entry("table"), default: name.text)
    let key = entry("key").map { reader.texts($0, expected: "a column, or a list of columns") } ?? []
    let rows = self.rows(own)
    let fields = self.fields(fieldsEntry.node, at: fieldsEntry.place, depth: 0)
    let indexes = self.indexes(entry("indexes"), fields)
    let search = entry("search").flatMap { self.search($0, fields) }
    let filters = entry("filters").map { self.filters($0, fields) } ?? []
    guard problems.count == problemsBefore, let root else { return nil }
    return ProjectionDeclaration(
      name: name.text, schema: table.schema, table: table.table, filters: filters, search: search, place: here, root: root, key: key,
      rows: rows, fields: fields, containment: indexes.contains.containment(of: filters), numericIndexes: indexes.numbers,
      textIndexes: indexes.texts)
  }

  private mutating func tableName(_ entry: DeclarationReader.Entry?, default name: String) -> (schema: String, table: String) {
    guard let entry, let text = reader.text(entry, expected: "a table, or schema.table") else { return ("public", name) }
    let parts = text.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 45 && !$0.hasPrefix("sluice_") }) else {
      reader.report(text.problem("expected a table, or schema.table, of up to 45 bytes each, not beginning with sluice_"))
      return ("public", name)
    }
    return parts.count == 2 ? (parts[0], parts[1]) : ("public", parts[0])
  }

  /// `where` and `soft_delete` of a section.
  mutating func rows(_ entries: [DeclarationReader.Entry]) -> DeclaredRows {
    var rows = DeclaredRows()
    for entry in entries {
      switch entry.name {
      case "where": rows.condition = expression(entry, expected: "an SQL condition over the row's columns")
      case "soft_delete": rows.softDelete = reader.text(entry, expected: "a column that marks deleted rows")
      default: break
      }
    }
    return rows
  }

  /// An SQL expression of which at least the letters are right.
  mutating func expression(_ entry: DeclarationReader.Entry, expected: String) -> Located? {
    guard let text = reader.text(entry, expected: expected) else { return nil }
    if let flaw = ExpressionText.flaw(of: text.text) {
      reader.report(text.problem(flaw))
      return nil
    }
    return text
  }
}
