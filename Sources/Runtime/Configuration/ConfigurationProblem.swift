/// One thing that is wrong with a configuration. Its description is a single line and never shows a secret's value.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
  /// The key at fault, `syncer.batch_size`; empty when the file as a whole is at fault.
  public var key: String
  /// What was found, as it was written; nil where there is no value (or it is a secret).
  public var value: String?
  /// What is wrong and what was expected, a phrase without a full stop.
  public var reason: String
  /// Where it was found.
  public var origin: ConfigurationOrigin
  /// A key that was perhaps meant.
  public var suggestion: String?

  /// - Parameters: as the properties of the same names.
  public init(key: String, value: String? = nil, reason: String, origin: ConfigurationOrigin, suggestion: String? = nil) {
    self.key = key
    self.value = value
    self.reason = reason
    self.origin = origin
    self.suggestion = suggestion
  }

  /// `sluice.yaml:12: syncer.batch_size = "many": expected a whole number from 1 to 100000`.
  public var description: String {
    var text = "\(origin): "
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
