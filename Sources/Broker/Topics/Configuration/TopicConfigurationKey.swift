/// A configuration that every topic has: one row of ``all``.
struct TopicConfigurationKey: Sendable {
  /// Kafka's name at the topic: `retention.ms`.
  var name: String
  /// Kafka's name at the broker, where it is the default of all topics: `log.retention.ms`.
  var brokerName: String
  var type: ConfigurationType
  var rule: ConfigurationRule
  var defaultValue: String
  /// Kafka leaves some of the broker's empty, in favour of a coarser one (`log.retention.hours`).
  var isEmptyAtBroker = false
  var documentation: String
  /// Carries the value to the logs; nil for what one node without replicas has no use for.
  var apply: (@Sendable (ConfigurationValue, inout LogConfiguration) -> Void)?

  /// By the topic's names.
  static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  /// By the broker's names.
  static let byBrokerName = Dictionary(all.map { ($0.brokerName, $0) }, uniquingKeysWith: { first, _ in first })

  /// Checks a value as Kafka does; `shownName` is what the message calls it.
  @discardableResult
  func parse(_ text: String, shownName: String? = nil) throws(ApiError) -> ConfigurationValue {
    let value = try ConfigurationValue(parsing: text, as: type, of: shownName ?? name)
    try rule.check(value, text: text, of: shownName ?? name)
    return value
  }
}
