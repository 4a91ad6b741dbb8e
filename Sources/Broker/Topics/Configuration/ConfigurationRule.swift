/// What a configuration's value must satisfy beyond its type.
enum ConfigurationRule: Sendable {
  case any
  case atLeast(Int64)
  case between(Double, Double)
  /// A string, one of these.
  case oneOf([String])
  /// A list, each element one of these.
  case eachOf([String])
  /// A string of Kafka's that this broker can honour only where it is `value`.
  case only(_ value: String, of: [String], because: String)

  func check(_ value: ConfigurationValue, text: String, of name: String) throws(ApiError) {
    switch self {
    case .any:
      return
    case .atLeast(let minimum):
      guard value.int64 >= minimum else { throw ConfigurationValue.invalid(text, name, "Value must be at least \(minimum)") }
    case .between(let minimum, let maximum):
      guard value.double >= minimum else { throw ConfigurationValue.invalid(text, name, "Value must be at least \(minimum)") }
      guard value.double <= maximum else { throw ConfigurationValue.invalid(text, name, "Value must be no more than \(maximum)") }
    case .oneOf(let choices):
      guard choices.contains(value.string) else {
        throw ConfigurationValue.invalid(text, name, "String must be one of: \(choices.joined(separator: ", "))")
      }
    case .eachOf(let choices):
      guard value.strings.allSatisfy(choices.contains) else {
        throw ConfigurationValue.invalid(text, name, "String must be one of: \(choices.joined(separator: ", "))")
      }
    case .only(let only, let choices, let reason):
      try Self.oneOf(choices).check(value, text: text, of: name)
      guard value.string == only else { throw ConfigurationValue.invalid(text, name, reason) }
    }
  }
}
