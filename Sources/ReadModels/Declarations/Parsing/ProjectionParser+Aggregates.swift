internal import Yams

extension ProjectionParser {
  mutating func aggregates(_ entry: DeclarationReader.Entry) -> [DeclaredAggregateField] {
    var fields: [DeclaredAggregateField] = []
    for part in reader.entries(entry.node, at: entry.place, allowed: nil, expected: "a section with a line for each number") {
      if part.name.isEmpty || part.name.contains(".") {
        reader.report(part.place, "expected the name of a field: without a point")
      } else if let aggregate = self.aggregate(part) {
        fields.append(DeclaredAggregateField(name: part.located, aggregate: aggregate))
      }
    }
    if fields.isEmpty, problems.isEmpty { reader.report(entry.place, "expected at least one field") }
    return fields
  }

  /// `count`, or `{average: rating, round: 2}`.
  mutating func aggregate(_ entry: DeclarationReader.Entry) -> DeclaredAggregate? {
    let names = DeclaredAggregate.Function.allCases.map(\.rawValue)
    guard case .mapping(let mapping) = entry.node else {
      guard let text = reader.text(entry, expected: "count, or a section with one of \(DeclarationReader.list(names))") else { return nil }
      if text.text == "count" { return DeclaredAggregate(function: .count, place: entry.place) }
      reader.report(text.problem("expected count, or a section with one of \(DeclarationReader.list(names)), as {sum: amount}"))
      return nil
    }
    let found = mapping.keys.compactMap(DeclarationReader.text).compactMap(DeclaredAggregate.Function.init)
    guard found.count == 1, let function = found.first else {
      let written = mapping.keys.compactMap(DeclarationReader.text)
      reader.report(
        entry.place, "expected one of \(DeclarationReader.list(names))",
        suggestion: found.isEmpty ? written.lazy.compactMap { NearestName.to($0, among: names) }.first : nil)
      return nil
    }
    var allowed = [function.rawValue, "where", "format"]
    if [.sum, .average].contains(function) { allowed.append("round") }
    if ![.count, .countDistinct].contains(function) { allowed.append("empty") }
    let parts = reader.entries(entry.node, at: entry.place, allowed: allowed, expected: "a section")
    var aggregate = DeclaredAggregate(function: function, place: entry.place)
    var format: ValueFormat?
    for part in parts {
      switch part.name {
      case "where": aggregate.condition = expression(part, expected: "an SQL condition over the row's columns")
      case "round": aggregate.round = reader.integer(part, 0...20)
      case "empty": aggregate.empty = reader.json(part.node, at: part.place)
      case "format": format = reader.choice(part, ValueFormat.self)
      default: aggregate.operand = self.operand(part, function)
      }
    }
    switch aggregate.operand {
    case .column(let column, _): aggregate.operand = .column(column, format: format)
    case .expression(let text, _): aggregate.operand = .expression(text, format: format)
    default:
      if function != .count { return nil }
    }
    return aggregate
  }

  /// A column, `{sql: …}`, or nothing where rows are counted.
  private mutating func operand(_ part: DeclarationReader.Entry, _ function: DeclaredAggregate.Function) -> DeclaredValue? {
    if function == .count, DeclarationReader.isNull(part.node) { return nil }
    guard case .mapping = part.node else { return reader.text(part, expected: "a column, or {sql: …}").map { .column($0, format: nil) } }
    let inner = reader.entries(part.node, at: part.place, allowed: ["sql"], expected: "a column, or {sql: …}")
    guard let sql = inner.first else {
      if problems.isEmpty { reader.report(part.place, "expected a column, or {sql: …}") }
      return nil
    }
    return expression(sql, expected: "an SQL expression over the row's columns").map { .expression($0, format: nil) }
  }
}
