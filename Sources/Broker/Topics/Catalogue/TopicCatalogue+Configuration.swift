internal import Logging

/// Configurations that are set while the broker runs. They count at once.
extension TopicCatalogue {
  /// Sets all of a topic's own configurations; those that `overrides` lacks go back to the broker's default.
  func setConfiguration(of topic: String, to overrides: [String: String], validateOnly: Bool = false) throws(ApiError) {
    let next = TopicConfiguration(overrides: overrides, broker: configuration)
    try next.validate()
    guard let topic = topics[topic] else { throw ApiError(.unknownTopicOrPartition, "The topic '\(topic)' does not exist.") }
    if topic.isInternal, next.log.cleanupDelete || !next.log.cleanupCompact {
      throw ApiError(.invalidConfig, "cleanup.policy of \(topic.name) must stay 'compact': the broker keeps its own state there")
    }
    if validateOnly { return }
    try commit { $0.topics[topic.name]?.configuration = overrides }
    apply(next.log, to: topic)
    logger.info("configured a topic", metadata: ["topic": "\(topic.name)", "configuration": "\(overrides)"])
  }

  /// Sets all of this node's dynamic configurations, or the whole cluster's.
  func setBrokerConfiguration(_ values: [String: String], ofCluster: Bool, validateOnly: Bool = false) throws(ApiError) {
    var next = configuration
    if ofCluster { next.cluster = values } else { next.node = values }
    try BrokerConfiguration.validate(values, of: next)
    if validateOnly { return }
    try commit { file in
      file.nodeConfiguration = next.node
      file.clusterConfiguration = next.cluster
    }
    configuration = next
    for topic in topics.values { apply(topicConfiguration(topic.name).log, to: topic) }
    logger.info("configured the broker", metadata: ["configuration": "\(values)", "of": ofCluster ? "cluster" : "node"])
  }

  private func apply(_ log: LogConfiguration, to topic: Topic) {
    for partition in topic.logs where partition.configuration != log { partition.configuration = log }
  }
}
