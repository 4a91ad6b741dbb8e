/// Where a configuration's value comes from, with the numbers of DescribeConfigs (KIP-226).
enum ConfigurationSource: Int8, Sendable {
  /// DYNAMIC_TOPIC_CONFIG: set for the topic.
  case topic = 1
  /// DYNAMIC_BROKER_CONFIG: set for this broker while it ran.
  case dynamicBroker = 2
  /// DYNAMIC_DEFAULT_BROKER_CONFIG: set for all brokers of the cluster while it ran.
  case dynamicCluster = 3
  /// STATIC_BROKER_CONFIG: what the broker was started with.
  case staticBroker = 4
  /// DEFAULT_CONFIG.
  case standard = 5
}
