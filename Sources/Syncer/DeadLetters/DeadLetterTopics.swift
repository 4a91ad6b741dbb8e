internal import Kafka
internal import Logging

/// Makes dead-letter topics before the first letter goes there, so that they have as many partitions as their source and a letter keeps
/// its place. A topic that the cluster makes by itself often has one partition only, and with it the order of the keys is gone.
///
/// They are kept until somebody resolves them: letters carry the time of the record they stand for, and with the cluster's retention one that
/// is older than a week would be gone before anybody saw it.
actor DeadLetterTopics {
  /// Two questions and a creation fit into what a rebalance or a stop waits for.
  private static let timeout: Duration = .seconds(5)

  /// 30 days, in ms.
  private static let retryRetention = "2592000000"

  private let admin: Admin
  private let logger: Logger
  private var known: Set<String> = []

  /// - Parameter producer: where the cluster is.
  init(producer: ProducerConfiguration, logger: Logger) throws {
    let configuration = AdminConfiguration(
      bootstrapServers: producer.bootstrapServers, clientID: producer.clientID, security: producer.security, timeout: Self.timeout)
    admin = try Admin(configuration: configuration, logger: logger)
    self.logger = logger
  }

  /// Makes `topic` with as many partitions as `source` where it does not exist. What goes wrong is logged: writing the letter shows
  /// whether it matters.
  ///
  /// - Parameter isRetry: a retry topic's records are consumed, so they are kept for as long as a syncer might be away, not for ever.
  func ensure(_ topic: String, like source: String, isRetry: Bool = false) async {
    guard !known.contains(topic) else { return }
    do {
      let found = try await admin.describeTopics([topic, source])
      if !partitions(of: topic, found).isEmpty {
        known.insert(topic)
        return
      }
      let count = partitions(of: source, found).count
      // A retry topic is made ahead: with the wrong number of partitions it would stay so.
      if isRetry, count == 0 { return }
      try await admin.createTopic(
        NewTopic(topic, partitions: count > 0 ? count : nil, configuration: ["retention.ms": isRetry ? Self.retryRetention : "-1"]))
      logger.notice("\(isRetry ? "retry" : "dead-letter") topic created", metadata: ["topic": "\(topic)", "partitions": "\(count)"])
      known.insert(topic)
    } catch let error as KafkaError where error.code == .topicAlreadyExists {
      known.insert(topic)
    } catch let error as KafkaError where error.code == .unsupportedFeature {
      // A cluster without such requests makes topics by itself, or not at all.
      known.insert(topic)
      logger.debug("the dead-letter topic is left to the cluster", metadata: ["topic": "\(topic)"])
    } catch {
      logger.warning("the dead-letter topic could not be made: \(error)", metadata: ["topic": "\(topic)"])
    }
  }

  private func partitions(of topic: String, _ described: [TopicDescription]) -> [TopicDescription.Partition] {
    described.first { $0.name == topic && $0.error == nil }?.partitions ?? []
  }
}
