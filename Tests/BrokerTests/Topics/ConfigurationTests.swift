import Testing

@testable import Broker

@Suite struct ConfigurationTests {
  static let valid: [(String, String, @Sendable (LogConfiguration) -> Bool)] = [
    ("cleanup.policy", "compact", { $0.cleanupCompact && !$0.cleanupDelete }),
    ("cleanup.policy", "compact, delete", { $0.cleanupCompact && $0.cleanupDelete }),
    ("cleanup.policy", "", { !$0.cleanupCompact && !$0.cleanupDelete }),
    ("delete.retention.ms", "1", { $0.deleteRetentionMillis == 1 }),
    ("file.delete.delay.ms", "0", { $0.fileDeleteDelayMillis == 0 }),
    ("index.interval.bytes", "1", { $0.indexIntervalBytes == 1 }),
    ("max.compaction.lag.ms", "2", { $0.maxCompactionLagMillis == 2 }),
    ("max.message.bytes", " 100 ", { $0.maxMessageBytes == 100 }),
    ("message.timestamp.type", "LogAppendTime", { $0.timestampType == .logAppendTime }),
    ("message.timestamp.before.max.ms", "3", { $0.timestampBeforeMaxMillis == 3 }),
    ("message.timestamp.after.max.ms", "4", { $0.timestampAfterMaxMillis == 4 }),
    ("min.cleanable.dirty.ratio", "0.25", { $0.minCleanableDirtyRatio == 0.25 }),
    ("min.compaction.lag.ms", "6", { $0.minCompactionLagMillis == 6 }),
    ("retention.bytes", "-1", { $0.retentionBytes == -1 }),
    ("retention.ms", "-1", { $0.retentionMillis == -1 }),
    ("segment.bytes", "1048576", { $0.segmentBytes == 1_048_576 }),
    ("segment.ms", "1", { $0.segmentMillis == 1 }),
    ("compression.type", "producer", { $0 == LogConfiguration() }),
    ("preallocate", "TRUE", { $0 == LogConfiguration() }),
  ]

  let broker = BrokerConfiguration(settings: BrokerSettings())

  @Test("a topic without configurations of its own has the defaults that its logs have")
  func defaults() {
    #expect(TopicConfiguration(overrides: [:], broker: broker).log == LogConfiguration())
  }

  @Test("every default passes its own check", arguments: TopicConfigurationKey.all)
  func ownDefault(key: TopicConfigurationKey) throws {
    try key.parse(key.defaultValue)
    #expect(!key.documentation.isEmpty)
  }

  @Test("names are there once, in their order")
  func names() {
    let topic = TopicConfigurationKey.all.map(\.name)
    #expect(topic == Set(topic).sorted())
    let node = BrokerConfigurationKey.all.map(\.name)
    #expect(node == Set(node).sorted())
    #expect(Set(node).isDisjoint(with: TopicConfigurationKey.all.map(\.brokerName)))
    #expect(broker.entries.count == topic.count + node.count)
  }

  @Test(
    "valid values reach the logs",
    arguments: Self.valid)
  func reachesLogs(name: String, value: String, holds: @Sendable (LogConfiguration) -> Bool) throws {
    let configuration = TopicConfiguration(overrides: [name: value], broker: broker)
    try configuration.validate()
    #expect(holds(configuration.log))
  }

  @Test(
    "invalid values are refused in Kafka's words",
    arguments: [
      ("cleanup.policy", "compact,keep", "String must be one of: compact, delete"),
      ("compression.type", "lzma", "String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer"),
      ("compression.type", "gzip", "takes 'producer' only"),
      ("max.message.bytes", "2147483648", "Not a number of type INT"),
      ("min.cleanable.dirty.ratio", "1.5", "Value must be no more than 1"),
      ("min.cleanable.dirty.ratio", "nan", "Not a number of type DOUBLE"),
      ("message.timestamp.type", "createTime", "String must be one of: CreateTime, LogAppendTime"),
      ("preallocate", "yes", "Expected value to be either true or false"),
      ("retention.ms", "-2", "Value must be at least -1"),
      ("retention.ms", "1d", "Invalid value 1d for configuration retention.ms: Not a number of type LONG"),
      ("retention.ms", "", "Not a number of type LONG"),
      ("segment.bytes", "1048575", "Value must be at least 1048576"),
      ("segment.ms", "0", "Value must be at least 1"),
      ("remote.storage.enable", "true", "Unknown topic config name: remote.storage.enable"),
    ])
  func invalid(name: String, value: String, message: String) {
    let refusal = refusal { try TopicConfiguration(overrides: [name: value], broker: broker).validate() }
    #expect(refusal?.code == .invalidConfig)
    #expect(refusal?.message?.contains(message) == true)
  }

  @Test("compaction lags that contradict each other are refused")
  func lags() {
    let configuration = TopicConfiguration(overrides: ["min.compaction.lag.ms": "2", "max.compaction.lag.ms": "1"], broker: broker)
    #expect(throws: ApiError.self) { try configuration.validate() }
  }

  @Test("the nearest place wins: topic, node, cluster, start, default")
  func places() throws {
    var settings = BrokerSettings()
    settings.topicDefaults = ["message.max.bytes": "4"]
    var broker = BrokerConfiguration(settings: settings)
    func entry(_ overrides: [String: String] = [:]) throws -> ConfigurationEntry {
      try #require(TopicConfiguration(overrides: overrides, broker: broker).entries.first { $0.name == "max.message.bytes" })
    }
    #expect(try entry().value == "4")
    #expect(try entry().source == .staticBroker)
    broker.cluster = ["message.max.bytes": "3"]
    #expect(try entry().source == .dynamicCluster)
    broker.node = ["message.max.bytes": "2"]
    #expect(try entry().value == "2")
    #expect(TopicConfiguration(overrides: [:], broker: broker).log.maxMessageBytes == 2)
    let all = try entry(["max.message.bytes": "1"])
    #expect(all.source == .topic)
    #expect(all.synonyms.map(\.value) == ["1", "2", "3", "4", "1048588"])
    #expect(all.synonyms.map(\.name) == ["max.message.bytes"] + Array(repeating: "message.max.bytes", count: 4))
    #expect(all.synonyms.map(\.source) == [.topic, .dynamicBroker, .dynamicCluster, .staticBroker, .standard])
  }

  @Test("settings show among the broker's configurations, with where they come from")
  func settings() throws {
    var settings = BrokerSettings()
    settings.advertisedHost = "broker"
    settings.advertisedPort = 1234
    settings.numPartitions = 3
    let entries = BrokerConfiguration(settings: settings).entries
    func entry(_ name: String) throws -> ConfigurationEntry { try #require(entries.first { $0.name == name }) }
    #expect(try entry("advertised.listeners").value == "PLAINTEXT://broker:1234")
    #expect(try entry("num.partitions").value == "3")
    #expect(try entry("num.partitions").source == .staticBroker)
    #expect(try entry("num.partitions").synonyms.map(\.value) == ["3", "1"])
    #expect(try entry("group.max.size").source == .standard)
    #expect(try entry("node.id").source == .staticBroker)
    #expect(try entry("log.retention.ms").value == nil)
    #expect(try entry("log.retention.hours").value == "168")
    #expect(try entry("log.segment.bytes").isReadOnly == false)
    #expect(try entry("log.dirs").isReadOnly)
  }
}
