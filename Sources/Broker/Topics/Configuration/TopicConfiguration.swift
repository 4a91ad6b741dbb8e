/// A topic's own configurations over the broker's, which are the defaults.
struct TopicConfiguration {
  /// By the topic's names, as they were set.
  var overrides: [String: String]
  var broker: BrokerConfiguration

  /// What its logs go by. A value that no longer passes its check (it came from disk) counts as not set.
  var log: LogConfiguration {
    var configuration = LogConfiguration()
    for key in TopicConfigurationKey.all {
      guard let apply = key.apply else { continue }
      for text in [overrides[key.name], broker.topicDefault(key), key.defaultValue] {
        guard let text, let value = try? key.parse(text) else { continue }
        apply(value, &configuration)
        break
      }
    }
    return configuration
  }

  /// Throws what Kafka answers for a name it does not know, a value out of range, or two that contradict each other.
  func validate() throws(ApiError) {
    for (name, text) in overrides.sorted(by: { $0.key < $1.key }) {
      guard let key = TopicConfigurationKey.byName[name] else { throw ApiError(.invalidConfig, "Unknown topic config name: \(name)") }
      try key.parse(text)
    }
    try Self.checkCompactionLags(log, minimum: "min.compaction.lag.ms", maximum: "max.compaction.lag.ms")
  }

  static func checkCompactionLags(_ log: LogConfiguration, minimum: String, maximum: String) throws(ApiError) {
    guard log.minCompactionLagMillis <= log.maxCompactionLagMillis else {
      throw ApiError(
        .invalidConfig,
        "conflict topic config setting \(minimum) (\(log.minCompactionLagMillis)) > \(maximum) (\(log.maxCompactionLagMillis))")
    }
  }

  /// All of them, as DescribeConfigs and CreateTopics show them.
  var entries: [ConfigurationEntry] {
    TopicConfigurationKey.all.map { key in
      var synonyms = broker.synonyms(ofTopicDefault: key)
      if let value = overrides[key.name] { synonyms.insert(ConfigurationSynonym(name: key.name, value: value, source: .topic), at: 0) }
      return ConfigurationEntry(
        name: key.name, value: overrides[key.name] ?? broker.topicDefault(key), isReadOnly: false,
        source: synonyms.first?.source ?? .standard, type: key.type, synonyms: synonyms, documentation: key.documentation)
    }
  }
}
