/// Writes the parts of a recomputing statement.
///
/// The statement is cut at each `$1` when it is executed (``DocumentDefinition/recompute``): no text that comes from a declaration may
/// contain one.
struct ProjectionStatement {
  let projection: ResolvedProjection
  let types: [Int: String]
  let views: String?
  private var rows = 0

  init(projection: ResolvedProjection, types: [Int: String], views: String?) {
    self.projection = projection
    self.types = types
    self.views = views
  }

  /// A row while its object is being written.
  struct Scope {
    let alias: String
    let table: MirrorDefinition
    /// The expressions whose values are used.
    var expressions: Set<Int> = []
    /// What reads the same rows together.
    var groups: [EmbedGroup] = []
    /// The groups' joins, once they are written.
    var joins: [String] = []

    var joined: String { joins.map { "\n  " + $0 }.joined() }
  }

  mutating func nextScope(_ table: MirrorDefinition) -> Scope {
    rows += 1
    return Scope(alias: "r\(rows)", table: table)
  }

  mutating func nextAlias(_ letter: String) -> String {
    rows += 1
    return "\(letter)\(rows)"
  }

  // MARK: Sources

  /// A row's table, with its expressions as columns of their own: `_x0`.
  func source(_ scope: Scope, conditions: [ResolvedCondition]) -> String {
    source(scope.table, alias: scope.alias, expressions: scope.expressions, conditions: conditions)
  }

  func source(_ table: MirrorDefinition, alias: String, expressions: Set<Int> = [], conditions: [ResolvedCondition]) -> String {
    let view = Self.name(views ?? table.namespace.views) + "." + Self.name(table.mirrorName)
    guard !expressions.isEmpty || !conditions.isEmpty else { return "\(view) \(alias)" }
    // Inside, the row is called as its table, which is how expressions may call it.
    let row = Self.name(table.mirrorName)
    let columns = expressions.sorted().map { ", (\n\(projection.expressions[$0].text.text)\n) AS _x\($0)" }.joined()
    let conditions = conditions.map { condition in
      switch condition {
      case .expression(let number): "(\n\(projection.expressions[number].text.text)\n)"
      case .notMarked(let column):
        ValueType(column.mirrorType) == .boolean
          ? "\(row).\(Self.name(column.name)) IS NOT TRUE" : "\(row).\(Self.name(column.name)) IS NULL"
      }
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return "(SELECT \(row).*\(columns) FROM \(view) AS \(row)\(filter)) \(alias)"
  }

  // MARK: Values

  /// The object of a row, as `jsonb`.
  mutating func object(_ fields: [ResolvedField], _ scope: inout Scope) -> String {
    let written = members(fields, &scope)
    return write(written, &scope)
  }

  /// Writes the joins of the row's groups; everything that uses the row has to be written by now.
  mutating func write(_ text: String, _ scope: inout Scope) -> String {
    for group in scope.groups { scope.joins.append(lateral(group, outer: scope.alias)) }
    return text
  }

  /// A value of a row on its own.
  mutating func value(of row: ResolvedValue, _ scope: inout Scope) -> String {
    let text = value(row, &scope)
    return write(text, &scope)
  }

  private mutating func members(_ fields: [ResolvedField], _ scope: inout Scope) -> String {
    guard !fields.isEmpty else { return "'{}'::jsonb" }
    return Self.object(gathered(fields, &scope))
  }

  /// - Parameter pairs: Names and values; at least one.
  static func object(_ pairs: [String]) -> String {
    // A function takes 100 arguments at the most.
    let parts = stride(from: 0, to: pairs.count, by: 45).map { start in
      "jsonb_build_object(\(pairs[start..<min(start + 45, pairs.count)].joined(separator: ", ")))"
    }
    return parts.count == 1 ? parts[0] : "(" + parts.joined(separator: " || ") + ")"
  }

  private mutating func gathered(_ fields: [ResolvedField], _ scope: inout Scope) -> [String] {
    var pairs: [String] = []
    for field in fields { pairs.append("\(Self.literal(field.name)), \(value(field.value, &scope))") }
    return pairs
  }

  mutating func value(_ value: ResolvedValue, _ scope: inout Scope) -> String {
    switch value {
    case .column(let column, let format):
      return Self.formatted("\(scope.alias).\(Self.name(column.name))", column.mirrorType, format)
    case .expression(let number, let format):
      scope.expressions.insert(number)
      return Self.formatted("\(scope.alias)._x\(number)", types[number] ?? "text", format)
    case .constant(let json): return "\(Self.literal(json))::jsonb"
    case .object(let fields): return members(fields, &scope)
    case .embed(let embed): return self.embed(embed, &scope)
    }
  }

  /// A value in the form in which `jsonb_build_object` takes it over.
  static func formatted(_ operand: String, _ type: String, _ format: ValueFormat?) -> String {
    let type = ValueType(type)
    switch format {
    case .string: return "\(operand)::text"
    case .epochMilliseconds: return "CASE WHEN isfinite(\(operand)) THEN floor(extract(epoch FROM \(operand)) * 1000)::bigint END"
    case .epochMicroseconds: return "CASE WHEN isfinite(\(operand)) THEN floor(extract(epoch FROM \(operand)) * 1000000)::bigint END"
    case .hex: return "encode(\(operand), 'hex')"
    case .base64, .iso, nil: break
    }
    switch type {
    case .bytes: return "replace(encode(\(operand), 'base64'), E'\\n', '')"
    // to_char knows neither infinity nor years before 1: these are written by PostgreSQL's own way.
    case .timestampWithZone:
      return "CASE WHEN \(operand) >= timestamptz '0001-01-01 00:00:00+00' AND \(operand) < 'infinity' THEN "
        + "to_char(\(operand) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') ELSE \(operand)::text END"
    case .timestamp:
      return "CASE WHEN \(operand) >= timestamp '0001-01-01 00:00:00' AND \(operand) < 'infinity' THEN "
        + "to_char(\(operand), 'YYYY-MM-DD\"T\"HH24:MI:SS.US') ELSE \(operand)::text END"
    default: return operand
    }
  }

  // MARK: Words

  /// A string literal without `$`.
  static func literal(_ text: String) -> String {
    guard text.contains("$") else { return SQLName.literal(text) }
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "$": "\\x24"
      case "'": "''"
      case "\\": "\\\\"
      default: String(scalar)
      }
    }
    return " E'" + escaped.joined() + "'"
  }

  /// A name in quotes without `$`.
  static func name(_ text: String) -> String {
    guard text.contains("$") else { return SQLName.quoted(text) }
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "$": "\\0024"
      case "\"": "\"\""
      case "\\": "\\\\"
      default: String(scalar)
      }
    }
    return " U&\"" + escaped.joined() + "\""
  }
}
