/// The broker's configurations: what it was started with, and what was set while it ran. Only the defaults of topics
/// (``TopicConfigurationKey/brokerName``) can be set; they count for every topic without a value of its own.
struct BrokerConfiguration: Equatable, Sendable {
  var settings: BrokerSettings
  /// Set for this node, by name.
  var node: [String: String] = [:]
  /// Set for the whole cluster, by name; weaker than `node`.
  var cluster: [String: String] = [:]

  /// What a topic has that does not say.
  func topicDefault(_ key: TopicConfigurationKey) -> String {
    node[key.brokerName] ?? cluster[key.brokerName] ?? settings.topicDefaults[key.brokerName] ?? key.defaultValue
  }

  /// The places of a topic's default, strongest first.
  func synonyms(ofTopicDefault key: TopicConfigurationKey) -> [ConfigurationSynonym] {
    let name = key.brokerName
    let places: [(String?, ConfigurationSource)] = [
      (node[name], .dynamicBroker), (cluster[name], .dynamicCluster), (settings.topicDefaults[name], .staticBroker),
      (key.isEmptyAtBroker ? nil : key.defaultValue, .standard),
    ]
    return places.compactMap { value, source in value.map { ConfigurationSynonym(name: name, value: $0, source: source) } }
  }

  /// Checks what is to be set while the broker runs, as Kafka's `DynamicBrokerConfig` does.
  static func validate(_ dynamic: [String: String], of configuration: BrokerConfiguration) throws(ApiError) {
    for (name, text) in dynamic.sorted(by: { $0.key < $1.key }) {
      if let key = TopicConfigurationKey.byBrokerName[name] {
        do throws(ApiError) {
          try key.parse(text, shownName: name)
        } catch {
          // Kafka answers a broker's invalid value so (KAFKA-13609), a topic's with INVALID_CONFIG.
          throw ApiError(.invalidRequest, error.message)
        }
      } else if BrokerConfigurationKey.byName[name] != nil {
        throw ApiError(.invalidRequest, "Cannot update these configs dynamically: \(name)")
      } else {
        throw ApiError(.invalidRequest, "Unknown broker config name: \(name)")
      }
    }
    do throws(ApiError) {
      try TopicConfiguration.checkCompactionLags(
        TopicConfiguration(overrides: [:], broker: configuration).log, minimum: "log.cleaner.min.compaction.lag.ms",
        maximum: "log.cleaner.max.compaction.lag.ms")
    } catch {
      throw ApiError(.invalidRequest, error.message)
    }
  }

  /// Everything, as DescribeConfigs shows it for this node.
  var entries: [ConfigurationEntry] {
    let defaults = BrokerSettings()
    var entries = BrokerConfigurationKey.all.map { key in
      let value = key.value(settings)
      let standard = key.value(defaults)
      var synonyms: [ConfigurationSynonym] = []
      if key.isAlwaysSet || value != standard {
        synonyms.append(ConfigurationSynonym(name: key.name, value: value, source: .staticBroker))
      }
      if !key.isAlwaysSet, let standard { synonyms.append(ConfigurationSynonym(name: key.name, value: standard, source: .standard)) }
      return ConfigurationEntry(
        name: key.name, value: value, isReadOnly: true, source: synonyms.first?.source ?? .standard, type: key.type, synonyms: synonyms,
        documentation: key.documentation)
    }
    for key in TopicConfigurationKey.all {
      let synonyms = synonyms(ofTopicDefault: key)
      entries.append(
        ConfigurationEntry(
          name: key.brokerName, value: synonyms.first?.value, isReadOnly: false, source: synonyms.first?.source ?? .standard,
          type: key.type,
          synonyms: synonyms, documentation: "\(key.name) of topics that do not say. \(key.documentation)"))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// What was set for the whole cluster, which is all that DescribeConfigs shows for it.
  var clusterEntries: [ConfigurationEntry] {
    cluster.sorted { $0.key < $1.key }.compactMap { name, value in
      guard let key = TopicConfigurationKey.byBrokerName[name] else { return nil }
      return ConfigurationEntry(
        name: name, value: value, isReadOnly: false, source: .dynamicCluster, type: key.type,
        synonyms: [ConfigurationSynonym(name: name, value: value, source: .dynamicCluster)],
        documentation: "\(key.name) of topics that do not say. \(key.documentation)")
    }
  }
}
