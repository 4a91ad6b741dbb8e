extension ProjectionStatement {
  /// Prepares a row: finds out which of its embeds read the same rows.
  mutating func scope(_ table: MirrorDefinition, alias: String? = nil, embeds: [ResolvedEmbed]) -> Scope {
    var scope = alias.map { Scope(alias: $0, table: table) } ?? nextScope(table)
    for (index, embed) in embeds.enumerated() where embed.isFlat && !embed.isSingle {
      if let known = scope.groups.firstIndex(where: { $0.takes(embed) }) {
        if !scope.groups[known].members.contains(embed) { scope.groups[known].members.append(embed) }
      } else if embeds[(index + 1)...].contains(where: { $0.steps == embed.steps && $0.isFlat && $0 != embed }) {
        scope.groups.append(EmbedGroup(alias: nextAlias("g"), steps: embed.steps, members: [embed]))
      }
    }
    return scope
  }

  /// What a row shows of other tables' rows.
  mutating func embed(_ embed: ResolvedEmbed, _ scope: inout Scope) -> String {
    for group in scope.groups {
      if let member = group.members.firstIndex(of: embed) { return "\(group.alias).v\(member)" }
    }
    guard let last = embed.steps.last else { return "NULL" }
    switch embed.content {
    case .row(let content):
      var row = self.scope(last.table, embeds: content.embeds)
      let shown = value(of: content, &row)
      let order = Self.order(embed, row.alias)
      let (from, condition) = way(embed.steps, from: scope.alias, to: row)
      switch (embed.kind, embed.limit) {
      case (.one, _) where embed.isSingle: return "(SELECT \(Self.json(shown)) FROM \(from)\(row.joined) WHERE \(condition))"
      case (.one, _):
        return
          "(SELECT \(Self.json(shown)) FROM (SELECT \(row.alias).* FROM \(from) WHERE \(condition) ORDER BY \(order) LIMIT 1) \(row.alias)\(row.joined))"
      case (_, let limit?):
        return
          "coalesce((SELECT jsonb_agg(\(shown) ORDER BY \(order)) FROM (SELECT \(row.alias).* FROM \(from) WHERE \(condition) "
          + "ORDER BY \(order) LIMIT \(limit)) \(row.alias)\(row.joined)), '[]')"
      case (_, nil):
        return "coalesce((SELECT jsonb_agg(\(shown) ORDER BY \(order)) FROM \(from)\(row.joined) WHERE \(condition)), '[]')"
      }
    case .number, .numbers:
      var row = nextScope(last.table)
      let numbers = self.numbers(embed, &row)
      let (from, condition) = way(embed.steps, from: scope.alias, to: row)
      return "(SELECT \(numbers) FROM \(from) WHERE \(condition))"
    }
  }

  /// Several ways of showing the same rows, as one join.
  mutating func lateral(_ group: EmbedGroup, outer: String) -> String {
    guard let last = group.steps.last else { return "" }
    var row = nextScope(last.table)
    var shown: [String] = []
    var ranks: [String] = []
    for (index, member) in group.members.enumerated() {
      var text: String
      switch member.content {
      case .row(let content):
        text = value(content, &row)
        let order = Self.order(member, row.alias)
        if let limit = member.kind == .one ? 1 : member.limit {
          ranks.append(", row_number() OVER (ORDER BY \(order)) AS _n\(index)")
          text = "jsonb_agg(\(text) ORDER BY \(row.alias)._n\(index)) FILTER (WHERE \(row.alias)._n\(index) <= \(limit))"
        } else {
          text = "jsonb_agg(\(text) ORDER BY \(order))"
        }
        text = member.kind == .one ? "(\(text)) -> 0" : "coalesce(\(text), '[]')"
      case .number, .numbers: text = numbers(member, &row)
      }
      shown.append("\(text) AS v\(index)")
    }
    var (from, condition) = way(group.steps, from: outer, to: row)
    if let needed = group.condition { condition = "\(needed) AND \(condition)" }
    let rows =
      ranks.isEmpty
      ? "\(from) WHERE \(condition)" : "(SELECT \(row.alias).*\(ranks.joined()) FROM \(from) WHERE \(condition)) \(row.alias)"
    return "LEFT JOIN LATERAL (SELECT \(shown.joined(separator: ", ")) FROM \(rows)) \(group.alias) ON true"
  }

  /// The tables on the way to a row, and the conditions that join them.
  private mutating func way(_ steps: [ResolvedStep], from outer: String, to row: Scope) -> (from: String, condition: String) {
    guard let last = steps.last else { return ("", "") }
    if steps.count > 1, Self.canRepeat(steps) {
      // A row is shown and counted once, however many ways lead to it.
      let inner = steps.dropLast()
      let end = inner.indices.contains(inner.endIndex - 1) ? inner[inner.endIndex - 1].table : last.table
      let between = nextScope(end)
      let (from, condition) = way(Array(inner), from: outer, to: between)
      let joins = last.joins.map { "\(row.alias).\(Self.name($0.column.name)) = \(between.alias).\(Self.name($0.before.name))" }
      let source = source(last.table, alias: row.alias, expressions: row.expressions, conditions: last.conditions)
      return (source, "EXISTS (SELECT FROM \(from) WHERE \(([condition] + joins).joined(separator: " AND ")))")
    }
    var before = outer
    var sources: [String] = []
    var conditions: [String] = []
    for (index, step) in steps.enumerated() {
      let isLast = index == steps.count - 1
      let alias = isLast ? row.alias : nextAlias("s")
      sources.append(source(step.table, alias: alias, expressions: isLast ? row.expressions : [], conditions: step.conditions))
      conditions += step.joins.map { "\(alias).\(Self.name($0.column.name)) = \(before).\(Self.name($0.before.name))" }
      before = alias
    }
    return (sources.joined(separator: " CROSS JOIN "), conditions.joined(separator: " AND "))
  }

  /// Whether a row can be reached in several ways: where a row on the way is not told by its key.
  private static func canRepeat(_ steps: [ResolvedStep]) -> Bool {
    for index in steps.indices.dropFirst() {
      let before = steps[index - 1]
      var known = Set(steps[index].joins.map(\.before.name))
      // The first table's columns that are joined with the row itself have one value each.
      if index == 1 { known.formUnion(before.joins.map(\.column.name)) }
      if !Set(before.table.keyColumns.map(\.name)).isSubset(of: known) { return true }
    }
    return false
  }

  /// The declared order, then the key's, so that there is only one.
  private static func order(_ embed: ResolvedEmbed, _ alias: String) -> String {
    guard let table = embed.steps.last?.table else { return "1" }
    func operand(_ column: MirrorColumn) -> String {
      // The same in every database: by the characters' numbers.
      "\(alias).\(name(column.name))" + (column.isCollatable ? " COLLATE \"C\"" : "")
    }
    var terms = embed.order.map { order in
      operand(order.column) + (order.isDescending ? " DESC" : "") + (order.nullsFirst.map { $0 ? " NULLS FIRST" : " NULLS LAST" } ?? "")
    }
    let named = Set(embed.order.map(\.column.name))
    terms += table.key.map { table.columns[$0] }.filter { !named.contains($0.name) }.map(operand)
    return terms.joined(separator: ", ")
  }

  /// A value where `jsonb` is needed.
  private static func json(_ text: String) -> String { "to_jsonb(\(text))" }

  // MARK: Numbers

  private mutating func numbers(_ embed: ResolvedEmbed, _ row: inout Scope) -> String {
    switch embed.content {
    case .row: return "NULL"
    case .number(let number): return Self.json(self.number(number, &row))
    case .numbers(let numbers):
      var pairs: [String] = []
      for number in numbers { pairs.append("\(Self.literal(number.name)), \(self.number(number, &row))") }
      let parts = stride(from: 0, to: pairs.count, by: 45).map { start in
        "jsonb_build_object(\(pairs[start..<min(start + 45, pairs.count)].joined(separator: ", ")))"
      }
      return parts.isEmpty ? "'{}'::jsonb" : parts.joined(separator: " || ")
    }
  }

  private mutating func number(_ number: ResolvedNumber, _ row: inout Scope) -> String {
    var operand = "*"
    var type: String?
    var order = ""
    switch number.operand {
    case .column(let column, _):
      operand = "\(row.alias).\(Self.name(column.name))"
      type = column.mirrorType
    case .expression(let expression, _):
      row.expressions.insert(expression)
      operand = "\(row.alias)._x\(expression)"
      type = types[expression] ?? "text"
    default: break
    }
    let kind = type.map { ValueType($0) }
    if kind == .float, [.sum, .average].contains(number.function) {
      // Floating-point sums depend on the order in which they are made.
      order = " ORDER BY \(operand)"
    }
    if kind == .text || kind == .paddedText, [.min, .max].contains(number.function) { operand += " COLLATE \"C\"" }
    let call =
      switch number.function {
      case .count: "count(\(operand))"
      case .countDistinct: "count(DISTINCT \(operand))"
      case .sum: "sum(\(operand)\(order))"
      case .average: "avg(\(operand)\(order))"
      case .min: "min(\(operand))"
      case .max: "max(\(operand))"
      }
    var text = call
    if let condition = number.condition {
      row.expressions.insert(condition)
      text += " FILTER (WHERE \(row.alias)._x\(condition))"
    }
    if let digits = number.round { text = "round((\(text))::numeric, \(digits))" }
    let format = number.operand?.format
    if let result = number.resultType(operand: type) { text = Self.formatted(text, result, format) }
    if let empty = number.empty { text = "coalesce(to_jsonb(\(text)), \(Self.literal(empty))::jsonb)" }
    return text
  }
}
