internal import ChangeEvents

/// Reads `pg_get_expr` of a column default: constants have a text, everything else has none.
enum DefaultExpression {
  /// The text of the value that stands for a null of a column, as Debezium's `PostgresDefaultValueConverter` finds it: constants of the types
  /// that it knows, and a fixed value of the type where the default is a function's.
  ///
  /// - Parameters:
  ///   - expression: `pg_get_expr` of the default; nil for none.
  ///   - type: the column's own type: a domain, or an array, is none of those that are known.
  /// - Returns: nil if nothing stands for a null.
  static func text(_ expression: String?, type: PostgresType?, typmod: Int32) -> String? {
    guard let expression, let type else { return nil }
    if type.kind == .enum { return expression.hasPrefix("'") && expression.contains("::") ? constant(expression) : nil }
    guard type.kind == .base, let placeholder = placeholder(type.name, typmod) else { return nil }
    if isGenerated(expression) { return placeholder }
    guard let text = constant(expression) else { return nil }
    return type.name == "numeric" ? padded(text, typmod) : text
  }

  /// A number with as many digits behind the point as its column has.
  private static func padded(_ number: String, _ typmod: Int32) -> String {
    guard typmod >= 4, number.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }) else { return number }
    let digits = number.split(separator: ".", maxSplits: 1).dropFirst().first?.utf8.count ?? 0
    let missing = scale(typmod) - digits
    guard missing > 0 else { return number }
    return number + (number.contains(".") ? "" : ".") + String(repeating: "0", count: missing)
  }

  private static func scale(_ typmod: Int32) -> Int { Int((((typmod - 4) & 0x7FF) ^ 1024) - 1024) }

  /// What stands for a value that a function makes; nil for types whose defaults are not known at all.
  private static func placeholder(_ type: String, _ typmod: Int32) -> String? {
    switch type {
    case "int2", "int4", "int8", "float4", "float8": "0"
    case "numeric":
      // With as many digits behind the point as the column has.
      "0." + String(repeating: "0", count: typmod < 4 ? 1 : max(1, scale(typmod)))
    case "bit": typmod > 1 ? "00" : "0"
    case "varbit": "0"
    case "bool": "f"
    case "bpchar", "varchar", "text", "xml": ""
    case "json", "jsonb": "{}"
    case "uuid": "00000000-0000-0000-0000-000000000000"
    case "date": "1970-01-01"
    case "time": "00:00:00"
    case "timestamp": "1970-01-01 00:00:00"
    case "timestamptz": "1970-01-01 00:00:00+00"
    case "interval": "00:00:00"
    default: nil
    }
  }

  /// Whether the default is what a function gives: `nextval('s'::regclass)`, `CURRENT_TIMESTAMP`.
  private static func isGenerated(_ expression: String) -> Bool {
    let names = ["current_timestamp", "current_time", "current_date", "localtime", "localtimestamp"]
    if names.contains(expression.lowercased()) { return true }
    let text = expression.hasPrefix("(") ? expression.dropFirst() : expression[...]
    let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
    return !name.isEmpty && text[name.endIndex...].hasPrefix("(") && text.contains(")")
  }

  /// `'it''s'::text` gives `it's`, `(-1)` gives `-1`, `true` gives `true` (as `t`, the text form of booleans); `now()` gives nil.
  static func constant(_ expression: String) -> String? {
    var text = expression.trimmingSpace()
    while text.hasPrefix("("), text.hasSuffix(")") { text = String(text.dropFirst().dropLast()).trimmingSpace() }
    if text == "true" { return "t" }
    if text == "false" { return "f" }
    if text.hasPrefix("'") { return quoted(Substring(text)) }
    let number = text.split(separator: ":", maxSplits: 1).first.map { String($0).trimmingSpace() } ?? text
    let unwrapped = number.hasPrefix("(") && number.hasSuffix(")") ? String(number.dropFirst().dropLast()) : number
    let digits = unwrapped.hasPrefix("-") ? unwrapped.dropFirst() : Substring(unwrapped)
    guard let first = digits.first, first.isASCII, first.isNumber,
      digits.allSatisfy({ $0.isASCII && ($0.isNumber || "eE.+-".contains($0)) })
    else { return nil }
    return unwrapped
  }

  private static func quoted(_ text: Substring) -> String? {
    var out = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      if character != "'" {
        out.append(character)
      } else if rest.first == "'" {
        out.append("'")
        rest.removeFirst()
      } else {
        // Only casts may follow; an operator makes it an expression.
        let isCast = rest.isEmpty || (rest.hasPrefix("::") && !rest.contains { "|+*/(=<>~'".contains($0) && $0 != "(" })
        return isCast ? out : nil
      }
    }
    return nil
  }
}
