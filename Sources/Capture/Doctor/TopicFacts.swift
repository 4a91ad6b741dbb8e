/// What was read of a topic before it is judged.
struct TopicFacts: Hashable, Sendable {
  /// What a connector needs a topic for.
  enum Use: Hashable, Sendable {
    /// Changes of tables; `isKeyed` is false if one of them has no key.
    case changes(isKeyed: Bool)
    /// Heartbeats, transactions, notifications: few records, any cleanup.
    case extra(String)
    case offsets
  }

  var name: String
  var use: Use
  /// 0 if it does not exist.
  var partitions: Int
  /// Partitions without a leader.
  var leaderless: Int = 0
  /// Fewest in-sync replicas of a partition, and how many the topic wants.
  var inSync: Int = 0
  var configuration: [String: String] = [:]
}

/// What was read of the brokers.
struct BrokerFacts: Hashable, Sendable {
  var brokers: Int
  /// `auto.create.topics.enable`; nil where it is not told.
  var createsTopics: Bool?
  var topics: [TopicFacts]
}
