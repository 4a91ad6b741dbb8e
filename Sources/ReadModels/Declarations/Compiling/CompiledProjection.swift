/// A declared projection as SQL.
///
/// Every row is a source of its own in the statement, a derived table around the mirror's view where expressions or conditions are
/// declared over it: these see the columns of their row and nothing else. Embedded rows are sub-selects, so that each is found by an index
/// from the row before; several that read the same rows (a list and its average) read them once.
struct CompiledProjection {
  let projection: ResolvedProjection
  /// PostgreSQL's names of the expressions' types, by number.
  let types: [Int: String]
  /// The schema that the tables are read from: the mirrors' views.
  let views: String?

  /// - Parameter views: nil for each mirror's own.
  init(_ projection: ResolvedProjection, types: [Int: String], views: String? = nil) {
    self.projection = projection
    self.types = types
    self.views = views
  }

  /// What ``DocumentProjection`` takes.
  var definition: DocumentDefinition {
    let declaration = projection.declaration
    return DocumentDefinition(
      name: declaration.name, schema: declaration.schema, table: declaration.table, rootTable: projection.root.mirrorName,
      rootColumn: rootColumn, keyType: keyType, touches: touches, recompute: recompute, partial: partial,
      numericIndexes: declaration.numericIndexes,
      textIndexes: declaration.textIndexes, containment: declaration.containment, search: declaration.search)
  }

  private var isComposite: Bool { projection.key.count > 1 }

  /// The column whose text is the document's key.
  private var rootColumn: String { isComposite ? MirrorDefinition.compositeKeyColumn : projection.key.first?.name ?? "" }

  /// Whole numbers and uuids as they are; every other key is a text.
  private var keyType: String {
    guard !isComposite, let key = projection.key.first, [.integer, .uuid].contains(ValueType(key.mirrorType)) else { return "text" }
    return key.mirrorType
  }

  // MARK: Which rows touch which documents

  private var touches: [TouchRule] {
    var rules: [TouchRule] = []
    for chain in Self.chains(of: projection.fields, after: []) {
      let rule = touch(chain)
      if !rules.contains(rule) { rules.append(rule) }
    }
    return rules
  }

  /// The ways from the root to every table that is read.
  private static func chains(of fields: [ResolvedField], after steps: [ResolvedStep]) -> [[ResolvedStep]] {
    fields.flatMap { chains(of: $0.value, after: steps) }
  }

  static func chains(of value: ResolvedValue, after steps: [ResolvedStep]) -> [[ResolvedStep]] {
    switch value {
    case .column, .expression, .constant: return []
    case .object(let fields): return chains(of: fields, after: steps)
    case .embed(let embed):
      var result = embed.steps.indices.map { steps + embed.steps[...$0] }
      if case .row(let value) = embed.content { result += chains(of: value, after: steps + embed.steps) }
      return result
    }
  }

  /// From a row of the chain's last table back to the root, by one column of each join. Where a join has several, rows are found that only
  /// share that one: their documents are computed for nothing, and stay as they are.
  func touch(_ chain: [ResolvedStep]) -> TouchRule {
    var rule = TouchRule(table: "", column: "")
    for (index, step) in chain.enumerated().reversed() {
      guard let join = step.joins.last else { continue }
      if rule.table.isEmpty { rule = TouchRule(table: step.table.mirrorName, column: join.column.name) }
      let isRoot = index == 0
      let table = isRoot ? projection.root : chain[index - 1].table
      let then = isRoot ? rootColumn : chain[index - 1].joins.last?.column.name ?? ""
      // The value itself goes on where the row before is found by the same column.
      guard join.before.name != then else { continue }
      let isKey = table.key.map { table.columns[$0].name } == [join.before.name]
      rule.hops.append(DocumentHop(direction: isKey ? .parent : .children, table: table.mirrorName, match: join.before.name, then: then))
    }
    return rule
  }

  // MARK: The statement

  private var recompute: String { statement(parts: nil) }

  /// - Parameters:
  ///   - parts: By field; nil for the statement that computes all of them.
  ///   - single: What single changes touch.
  func statement(parts: [String: DocumentParts]?, single: [DocumentParts] = []) -> String {
    var builder = ProjectionStatement(projection: projection, types: types, views: views)
    var scope = builder.scope(projection.root, alias: "r0", embeds: ResolvedValue.object(projection.fields).embeds)
    let fields = projection.fields
    let body = parts.map { builder.object(fields, parts: $0, single: single, &scope) } ?? builder.object(fields, &scope)
    let row = builder.source(scope, conditions: projection.conditions)
    let touched = parts == nil ? "" : "\n  JOIN sluice_touched ON sluice_touched.key = \(keyText)"
    return """
      SELECT \(keyText) AS key, \(body) AS body
      FROM \(row)\(touched)\(scope.joined)
      WHERE \(keyCondition)
      """
  }

  private var keyText: String {
    guard isComposite else {
      let column = "r0.\(ProjectionStatement.name(rootColumn))"
      return keyType == "text" ? column + "::text" : column
    }
    return MirrorDefinition.compositeKey(projection.key) { "r0.\(ProjectionStatement.name($0))" }
  }

  private var keyCondition: String {
    guard isComposite else {
      let column = "r0.\(ProjectionStatement.name(rootColumn))"
      guard keyType == "text", let type = projection.key.first?.mirrorType, type != "text" else { return "\(column) = ANY($1)" }
      // Without its length, which would cut a longer text off and find another row.
      return "\(column) = ANY($1::\(ValueType(type) == .paddedText ? "bpchar" : "varchar")[])"
    }
    let columns = projection.key.map { "r0.\(ProjectionStatement.name($0.name))" }.joined(separator: ", ")
    return "(\(columns)) IN (SELECT \(MirrorDefinition.compositeKeyParts(projection.key, of: "k.key")) FROM unnest($1) k(key))"
  }
}
