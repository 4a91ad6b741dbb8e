internal import CRDKafka

/// Something in the cluster that has a configuration.
public enum ConfiguredResource: Hashable, Sendable {
  /// A topic by name.
  case topic(String)
  /// A broker by number.
  case broker(Int32)

  var nativeType: rd_kafka_ResourceType_t {
    switch self {
    case .topic: RD_KAFKA_RESOURCE_TOPIC
    case .broker: RD_KAFKA_RESOURCE_BROKER
    }
  }

  var nativeName: String {
    switch self {
    case .topic(let name): name
    case .broker(let id): String(id)
    }
  }
}

/// One key of a configuration in the cluster.
public struct ConfigurationEntry: Hashable, Sendable {
  /// Where a value was set.
  public enum Source: Hashable, Sendable {
    /// On the topic itself.
    case topic
    /// On the broker, at run time.
    case broker
    /// On all brokers, at run time.
    case defaultBroker
    /// In the broker's file.
    case staticBroker
    /// Nowhere: it is the default.
    case `default`
    /// The broker named a source that is not known here.
    case unknown
  }

  /// The key.
  public var name: String
  /// The value; nil if it is NULL or a secret.
  public var value: String?
  /// Where it was set.
  public var source: Source
  /// Whether it cannot be changed at run time.
  public var isReadOnly: Bool
  /// Whether it is a secret, whose value is not told.
  public var isSensitive: Bool

  init?(_ native: OpaquePointer) {
    guard let name = rd_kafka_ConfigEntry_name(native) else { return nil }
    self.name = String(cString: name)
    value = rd_kafka_ConfigEntry_value(native).map { String(cString: $0) }
    source = Source(rd_kafka_ConfigEntry_source(native))
    isReadOnly = rd_kafka_ConfigEntry_is_read_only(native) == 1
    isSensitive = rd_kafka_ConfigEntry_is_sensitive(native) == 1
  }
}

extension ConfigurationEntry.Source {
  fileprivate init(_ native: rd_kafka_ConfigSource_t) {
    switch native {
    case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG: self = .topic
    case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_BROKER_CONFIG: self = .broker
    case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER_CONFIG: self = .defaultBroker
    case RD_KAFKA_CONFIG_SOURCE_STATIC_BROKER_CONFIG: self = .staticBroker
    case RD_KAFKA_CONFIG_SOURCE_DEFAULT_CONFIG: self = .default
    default: self = .unknown
    }
  }
}
