/// Reads `pg_get_expr` of a column default: constants have a text, everything else has none.
enum DefaultExpression {
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
