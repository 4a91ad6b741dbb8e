public import Kafka
public import Logging

/// Offsets in a compacted topic (`offset.storage.topic`): key is the connector's name as a JSON string, value the offset.
///
/// The topic is made with one partition and `cleanup.policy=compact` if it does not exist; where the cluster cannot do that (it has
/// no admin API), the broker's own creation is relied on. A save that is not acknowledged within 30 s fails: it is made again with what holds then.
public actor KafkaOffsetStore: OffsetStore {
  private let topic: String
  private let configuration: ProducerConfiguration
  private let logger: Logger
  private var producer: Producer?
  private static let patience: Duration = .seconds(30)

  /// Makes a store; nothing is connected before the first call.
  public init(topic: String, configuration: ProducerConfiguration, logger: Logger) {
    self.topic = topic
    var configuration = configuration
    configuration.deliveryTimeout = min(configuration.deliveryTimeout, Self.patience)
    configuration.enqueueTimeout = min(configuration.enqueueTimeout, Self.patience)
    self.configuration = configuration
    self.logger = logger
  }

  /// See `OffsetStore`.
  public func load(connector: String) async throws -> StoredOffset? {
    try await prepare()
    var consumerConfiguration = ConsumerConfiguration(
      bootstrapServers: configuration.bootstrapServers, groupID: nil, clientID: configuration.clientID, security: configuration.security)
    consumerConfiguration.isolation = .readCommitted
    let consumer = try Consumer(configuration: consumerConfiguration, logger: logger)
    do {
      let offset = try await read(consumer, connector: connector)
      _ = await consumer.close(deadline: .seconds(5))
      return offset
    } catch {
      _ = await consumer.close(deadline: .seconds(5))
      throw error
    }
  }

  /// See `OffsetStore`.
  public func save(_ offset: StoredOffset, connector: String) async throws {
    try await write(Array(offset.text.utf8), connector: connector)
  }

  /// See `OffsetStore`. A tombstone takes the offset out of the compacted topic.
  public func remove(connector: String) async throws {
    try await prepare()
    try await write(nil, connector: connector)
  }

  private func write(_ value: [UInt8]?, connector: String) async throws {
    let producer = try makeProducer()
    let record = ProducerRecord(
      topic: topic, partition: 0, key: Array(JSONDocument.quoted(connector).utf8), value: value, headers: [])
    do { _ = try await producer.send(record) } catch let error as KafkaError {
      if error.isFatal { self.producer = nil }
      // A fatal error is the producer's, and the next has none; but for a right that is missing.
      let isRetriable = error.isRetriable || (error.isFatal && error.code != .clusterAuthorizationFailed)
      throw SinkError(reason: "the offset topic \(topic) did not take the offset: \(error.description)", isRetriable: isRetriable)
    }
  }

  private func makeProducer() throws -> Producer {
    if let producer { return producer }
    let made = try Producer(configuration: configuration, logger: logger)
    producer = made
    return made
  }

  private func prepare() async throws {
    let admin = try Admin(
      configuration: AdminConfiguration(
        bootstrapServers: configuration.bootstrapServers, clientID: configuration.clientID, security: configuration.security,
        timeout: .seconds(10)), logger: logger)
    do {
      let known = try await admin.describeTopics([topic])
      guard known.first?.partitions.isEmpty ?? true else { return }
      _ = try await admin.createTopics([NewTopic(topic, partitions: 1, configuration: ["cleanup.policy": "compact"])])
    } catch let error as KafkaError where error.code == .unsupportedFeature {
      logger.debug("the offset topic is left to the broker's creation", metadata: ["reason": "\(error)"])
    } catch let error as KafkaError {
      throw SinkError(reason: "the offset topic \(topic) cannot be looked at: \(error.description)", isRetriable: error.isRetriable)
    }
  }

  /// Reads the partition from its start to the end that it has now; the last record of the key counts.
  private func read(_ consumer: Consumer, connector: String) async throws -> StoredOffset? {
    let partition = TopicPartition(topic: topic, partition: 0)
    let end: Int64
    do { end = try await consumer.watermarks(for: [partition])[partition]?.high ?? 0 } catch let error as KafkaError {
      // A topic that does not exist yet holds no offset.
      guard error.code != .unknownTopicOrPartition, error.code != .unknownTopic, error.code != .unknownPartition else { return nil }
      throw SinkError(reason: "the offset topic \(topic) cannot be read: \(error.description)", isRetriable: error.isRetriable)
    }
    guard end > 0 else { return nil }
    try await consumer.assign([partition: .beginning])
    let key = Array(JSONDocument.quoted(connector).utf8)
    var found: [UInt8]?
    let deadline = ContinuousClock.now + Self.patience
    while try await consumer.position([partition])[partition] ?? 0 < end {
      guard ContinuousClock.now < deadline else {
        throw SinkError(reason: "the offset topic \(topic) could not be read to its end within \(Self.patience)", isRetriable: true)
      }
      guard let batch = try await consumer.nextBatch(maxWait: .milliseconds(200)) else { break }
      for record in batch.records() where record.key == key { found = record.value }
    }
    return try found.map { try StoredOffset(parsing: $0) }
  }
}
