/// Judges the brokers and the topics. Pure.
struct TopicChecks {
  let facts: BrokerFacts
  let configuration: ConnectorConfiguration
  /// `message.max.bytes` of the producer.
  let largestRecord: Int

  func findings() -> [Finding] {
    [Finding("brokers", .ok, "\(facts.brokers) reached")]
      + facts.topics.flatMap { topic in
        topic.partitions == 0 ? [absent(topic)] : [cleanup(topic)] + health(topic) + size(topic)
      }
  }

  private func absent(_ topic: TopicFacts) -> Finding {
    if topic.use == .offsets { return Finding("topic", .ok, subject: topic.name, "does not exist yet: the start makes it, compacted") }
    if configuration.topicCreation["partitions"] != nil {
      return Finding("topic", .ok, subject: topic.name, "does not exist yet: its first record makes it (topic.creation.default.*)")
    }
    switch facts.createsTopics {
    case true:
      return Finding("topic", .ok, subject: topic.name, "does not exist yet: the broker makes it (auto.create.topics.enable)")
    case false:
      return Finding(
        "topic", .error, subject: topic.name, "does not exist, and the broker does not make topics by itself",
        advice: "create it, or set topic.creation.default.partitions and topic.creation.default.replication.factor")
    case nil:
      return Finding(
        "topic", .warning, subject: topic.name, "does not exist, and whether the broker makes topics is not known",
        advice: "create it, or set topic.creation.default.partitions")
    }
  }

  private func cleanup(_ topic: TopicFacts) -> Finding {
    let policy = topic.configuration["cleanup.policy"] ?? "delete"
    let isCompacted = policy.contains("compact")
    let number = "\(topic.partitions) partition\(topic.partitions == 1 ? "" : "s"), cleanup.policy \(policy)"
    switch topic.use {
    case .changes(isKeyed: false) where isCompacted:
      return Finding(
        "topic", .error, subject: topic.name, "\(number): a compacted topic takes no record without a key, and a table here has none",
        advice: "give the table a key (message.key.columns), or set cleanup.policy=delete")
    case .changes where isCompacted && configuration.skippedOperations.contains(.truncate) == false:
      return Finding(
        "topic", .error, subject: topic.name, "\(number): a compacted topic takes no record without a key, and truncates have none",
        advice: "name t in skipped.operations, or set cleanup.policy=delete")
    case .offsets where !isCompacted || policy.contains("delete"):
      return Finding(
        "topic", .error, subject: topic.name, "\(number): the stored offset would be deleted after the topic's retention",
        advice: "set cleanup.policy=compact on it")
    case .offsets where topic.partitions > 1:
      return Finding("topic", .warning, subject: topic.name, "\(number): one is used", advice: "a topic of one partition is enough")
    default: return Finding("topic", .ok, subject: topic.name, number)
    }
  }

  private func health(_ topic: TopicFacts) -> [Finding] {
    if topic.leaderless > 0 {
      return [
        Finding(
          "topic replicas", .error, subject: topic.name, "\(topic.leaderless) of \(topic.partitions) partitions have no leader",
          advice: "bring their brokers back")
      ]
    }
    guard let wanted = topic.configuration["min.insync.replicas"].flatMap({ Int($0) }), topic.inSync < wanted else { return [] }
    return [
      Finding(
        "topic replicas", .error, subject: topic.name,
        "\(topic.inSync) replicas in sync, min.insync.replicas is \(wanted): it takes no records",
        advice: "bring brokers back, or lower min.insync.replicas")
    ]
  }

  private func size(_ topic: TopicFacts) -> [Finding] {
    guard let limit = topic.configuration["max.message.bytes"].flatMap({ Int($0) }), limit < largestRecord else { return [] }
    return [
      Finding(
        "max.message.bytes", .warning, subject: topic.name,
        "\(limit), less than the producer's message.max.bytes of \(largestRecord): a row between the two stops the connector",
        advice: "raise max.message.bytes of the topic to at least \(largestRecord)")
    ]
  }
}
