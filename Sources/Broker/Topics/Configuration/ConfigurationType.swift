/// Types of configuration values, with the numbers of DescribeConfigs (KIP-569).
enum ConfigurationType: Int8, Sendable {
  case boolean = 1
  case string = 2
  case int = 3
  case short = 4
  case long = 5
  case double = 6
  case list = 7

  /// Kafka's name, as its messages show it.
  var name: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .string: "STRING"
    case .int: "INT"
    case .short: "SHORT"
    case .long: "LONG"
    case .double: "DOUBLE"
    case .list: "LIST"
    }
  }
}
