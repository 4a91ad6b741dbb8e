/// A configuration's value after its text was checked.
enum ConfigurationValue: Equatable, Sendable {
  case boolean(Bool)
  case integer(Int64)
  case decimal(Double)
  case text(String)
  case list([String])

  /// Longest text, far beyond what any configuration needs: it is kept in memory and in `meta.json`.
  static let maximumLength = 4096

  /// 0 for what is not a number.
  var int64: Int64 { if case .integer(let value) = self { value } else { 0 } }
  var int: Int { Int(clamping: int64) }
  var double: Double { if case .decimal(let value) = self { value } else { 0 } }
  var string: String { if case .text(let value) = self { value } else { "" } }
  var strings: [String] { if case .list(let value) = self { value } else { [] } }

  /// Reads the text of a configuration as Kafka's `ConfigDef` does; `name` is for the message.
  init(parsing text: String, as type: ConfigurationType, of name: String) throws(ApiError) {
    guard text.utf8.count <= Self.maximumLength else {
      throw ApiError(.invalidConfig, "Value for configuration \(name) is longer than \(Self.maximumLength) bytes")
    }
    let text = text.trimmingSpaces()
    switch type {
    case .boolean:
      switch text.lowercased() {
      case "true": self = .boolean(true)
      case "false": self = .boolean(false)
      default: throw Self.invalid(text, name, "Expected value to be either true or false")
      }
    case .int:
      guard let value = Int32(text) else { throw Self.invalid(text, name, "Not a number of type INT") }
      self = .integer(Int64(value))
    case .short:
      guard let value = Int16(text) else { throw Self.invalid(text, name, "Not a number of type SHORT") }
      self = .integer(Int64(value))
    case .long:
      guard let value = Int64(text) else { throw Self.invalid(text, name, "Not a number of type LONG") }
      self = .integer(value)
    case .double:
      guard let value = Double(text), value.isFinite else { throw Self.invalid(text, name, "Not a number of type DOUBLE") }
      self = .decimal(value)
    case .string:
      self = .text(text)
    case .list:
      self = .list(text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpaces() })
    }
  }

  static func invalid(_ text: String, _ name: String, _ reason: String) -> ApiError {
    ApiError(.invalidConfig, "Invalid value \(text) for configuration \(name): \(reason)")
  }
}

extension String {
  /// Without spaces and tabs around it.
  fileprivate func trimmingSpaces() -> String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[first...last])
  }
}
