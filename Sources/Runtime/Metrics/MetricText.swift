/// Escapes and numbers of the text exposition format.
enum MetricText {
  /// In a label's value a backslash, a double quote and a line feed are escaped.
  static func escapedLabel(_ value: String) -> String { escaped(value, quotes: true) }

  /// In a HELP line a backslash and a line feed are escaped.
  static func escapedHelp(_ help: String) -> String { escaped(help, quotes: false) }

  /// A number as Go's ParseFloat reads it.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return String(value)
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") || (quotes && $0 == UInt8(ascii: "\"")) }) else {
      return text
    }
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): result += "\\\\".utf8
      case UInt8(ascii: "\n"): result += "\\n".utf8
      case UInt8(ascii: "\"") where quotes: result += "\\\"".utf8
      default: result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
