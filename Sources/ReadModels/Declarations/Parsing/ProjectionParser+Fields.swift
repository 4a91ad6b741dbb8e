internal import Yams

extension ProjectionParser {
  private static let kinds = ["column", "sql", "constant", "object", "one", "many", "aggregates"]

  /// The fields of an object: `[id, name]`, or a section with a line for each.
  mutating func fields(_ node: Node, at place: DeclarationPlace, depth: Int) -> DeclaredFields {
    var fields = DeclaredFields()
    guard depth < Self.maximumDepth else {
      reader.report(place, "rows are embedded in rows more than \(Self.maximumDepth) deep")
      return fields
    }
    switch node {
    case .sequence(let items):
      for item in items {
        if case .scalar = item {
          guard let name = reader.text(item, at: place, expected: "a column") else { continue }
          if name.text == "*" {
            fields.everything = .init(place: name.place, except: [])
          } else {
            add(name.text, .column(name, format: nil), at: name.place, to: &fields)
          }
        } else {
          named(item, at: reader.place(item, key: place.key), depth: depth, into: &fields)
        }
      }
    default: named(node, at: place, depth: depth, into: &fields)
    }
    if fields.fields.isEmpty, fields.everything == nil, problems.isEmpty { reader.report(place, "expected at least one field") }
    return fields
  }

  private mutating func named(_ node: Node, at place: DeclarationPlace, depth: Int, into fields: inout DeclaredFields) {
    for entry in reader.entries(node, at: place, allowed: nil, expected: "fields") {
      if entry.name == "*" {
        if DeclarationReader.isNull(entry.node) {
          fields.everything = .init(place: entry.place, except: [])
          continue
        }
        let parts = reader.entries(entry.node, at: entry.place, allowed: ["except"], expected: "{except: [columns]}")
        fields.everything = .init(
          place: entry.place, except: parts.flatMap { reader.texts($0, expected: "a column, or a list of columns") })
      } else if let value = self.value(entry, depth: depth) {
        add(entry.name, value, at: entry.place, to: &fields)
      }
    }
  }

  private mutating func add(_ name: String, _ value: DeclaredValue, at place: DeclarationPlace, to fields: inout DeclaredFields) {
    guard !name.isEmpty, !name.contains("."), !name.utf8.contains(0), name.utf8.count <= 200 else {
      reader.report(place, "expected the name of a field: 1 to 200 bytes without a point")
      return
    }
    if fields.fields.contains(where: { $0.name.text == name }) {
      reader.report(place, "the field \(name) is declared twice")
      return
    }
    fields.fields.append(DeclaredField(name: Located(text: name, place: place), value: value))
  }

  /// What stands behind a field's name: nothing, a column, or a section that says what it is.
  mutating func value(_ entry: DeclarationReader.Entry, depth: Int) -> DeclaredValue? {
    if DeclarationReader.isNull(entry.node) { return .column(entry.located, format: nil) }
    guard case .mapping(let mapping) = entry.node else {
      return reader.text(entry, expected: "a column, or a section with one of \(DeclarationReader.list(Self.kinds))")
        .map { .column($0, format: nil) }
    }
    let found = mapping.keys.compactMap(DeclarationReader.text).filter(Self.kinds.contains)
    guard found.count == 1, let kind = found.first else {
      let names = mapping.keys.compactMap(DeclarationReader.text)
      let nearest = found.isEmpty ? names.lazy.compactMap { NearestName.to($0, among: Self.kinds) }.first : nil
      reader.report(
        entry.place,
        "expected one of \(DeclarationReader.list(Self.kinds)), found \(found.isEmpty ? "none" : found.joined(separator: " and "))",
        suggestion: nearest)
      return nil
    }
    switch kind {
    case "column", "sql":
      let parts = reader.entries(entry.node, at: entry.place, allowed: [kind, "format"], expected: "a section")
      let format = parts.first { $0.name == "format" }.flatMap { reader.choice($0, ValueFormat.self) }
      guard let part = parts.first(where: { $0.name == kind }) else { return nil }
      if kind == "column" { return reader.text(part, expected: "a column").map { .column($0, format: format) } }
      return expression(part, expected: "an SQL expression over the row's columns").map { .expression($0, format: format) }
    case "constant":
      let parts = reader.entries(entry.node, at: entry.place, allowed: [kind], expected: "a section")
      return parts.first.map { .constant(reader.json($0.node, at: $0.place)) }
    case "object":
      let parts = reader.entries(entry.node, at: entry.place, allowed: [kind], expected: "a section")
      return parts.first.map { .object(fields($0.node, at: $0.place, depth: depth + 1)) }
    default: return embed(entry, kind: DeclaredEmbed.Kind(rawValue: kind) ?? .one, depth: depth).map { .embed($0) }
    }
  }
}
