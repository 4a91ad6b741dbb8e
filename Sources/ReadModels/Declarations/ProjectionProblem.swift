/// One thing that is wrong with a projection's declaration. Its description is a single line for operators.
public struct ProjectionProblem: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The key at fault, `product.fields.brand.by`; empty when the file as a whole is at fault.
  public var key: String
  /// What was found, as it was written; nil where there is no value.
  public var value: String?
  /// What is wrong and what was expected, a phrase without a full stop.
  public var reason: String
  /// A name that was perhaps meant.
  public var suggestion: String?

  /// `product.yaml:12: product.fields.brand.by = "brandid": table products has no such column; did you mean brand_id?`.
  public var description: String {
    var text = "\(file):\(line): "
    if !key.isEmpty { text += key }
    if let value { text += "\(key.isEmpty ? "" : " = ")\"\(Self.printable(value))\"" }
    if !key.isEmpty || value != nil { text += ": " }
    text += reason
    if let suggestion { text += "; did you mean \(suggestion)?" }
    return text
  }

  /// A value fit for one line of a terminal: control characters shown as escapes, the length bounded.
  private static func printable(_ value: String) -> String {
    let limit = 80
    var text = ""
    for scalar in value.unicodeScalars.prefix(limit) {
      text += scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return value.unicodeScalars.count > limit ? text + "…" : text
  }
}
