public import Kafka
public import Logging
internal import Synchronization

/// Writes records to Kafka: idempotent, acknowledged by all in-sync replicas, in order per partition.
///
/// A broker that is away is waited for as long as it takes: records stay in the producer's queue, and the capture stands still. A
/// record that fails for another reason ends the producer (`enable.gapless.guarantee`), so that none behind it overtakes it.
///
/// With `topic.creation.default.partitions` in the connector file, topics that do not exist are made before their first record;
/// else the broker's `auto.create.topics.enable` decides.
public final class KafkaSink: RecordSink {
  private let configuration: ProducerConfiguration
  private let topicCreation: [String: String]
  private let reachDeadline: Duration
  private let logger: Logger
  private let state = Mutex(State())

  /// librdkafka counts milliseconds in 31 bits.
  private static let forever = Duration.seconds(2_000_000)

  private struct State {
    var producer: Producer?
    var isReached = false
    var isClosed = false
    /// Something was lost on its way: nothing that comes behind it may arrive before it is written again.
    var isBroken = false
    var topics: Set<String> = []
  }

  /// Makes a sink; nothing is connected before `open()`.
  ///
  /// - Parameters:
  ///   - configuration: of the producer. Settings of a connector file (`producer.override.*`) are applied over it.
  ///   - connector: the connector file's settings.
  ///   - reachDeadline: how long `open()` waits for a broker's answer.
  public init(
    configuration: ProducerConfiguration, connector: ConnectorConfiguration, reachDeadline: Duration = .seconds(10), logger: Logger
  ) throws(CaptureError) {
    var configuration = configuration
    configuration.deliveryTimeout = Self.forever
    configuration.enqueueTimeout = Self.forever
    // Records of a backlog find company without waiting for it, and a change that comes alone has a reader who waits.
    configuration.linger = .milliseconds(1)
    if configuration.extra["enable.gapless.guarantee"] == nil { configuration.extra["enable.gapless.guarantee"] = "true" }
    for (key, value) in connector.producerOverrides { configuration.extra[key] = value }
    do { try configuration.validate() } catch {
      throw .configuration("\(connector.origin): the producer's settings (producer.override.*) cannot be used", cause: "\(error)")
    }
    self.configuration = configuration
    self.reachDeadline = reachDeadline
    self.logger = logger
    topicCreation = connector.topicCreation
  }

  /// Asks a broker for a sign of life, the first time. After a failure the sink takes records only when it was opened again.
  public func open() async throws {
    state.withLock { $0.isBroken = false }
    _ = try producer()
    guard !state.withLock({ $0.isReached }) else { return }
    do {
      _ = try await admin().describeCluster()
    } catch let error as KafkaError {
      throw SinkError(reason: "Kafka at \(configuration.bootstrapServers) cannot be reached: \(error.description)", isRetriable: true)
    }
    state.withLock { $0.isReached = true }
  }

  private func admin() throws -> Admin {
    try Admin(
      configuration: AdminConfiguration(
        bootstrapServers: configuration.bootstrapServers, clientID: configuration.clientID, security: configuration.security,
        timeout: reachDeadline), logger: logger)
  }

  /// The producer; a new one if the last is beyond use.
  private func producer() throws -> Producer {
    try state.withLock { state in
      guard !state.isClosed else { throw SinkError(reason: "the sink is closed", isRetriable: false) }
      guard !state.isBroken else { throw SinkError(reason: "records before these did not arrive", isRetriable: true) }
      if let producer = state.producer { return producer }
      let made = try Producer(configuration: configuration, logger: logger)
      state.producer = made
      return made
    }
  }

  /// See `RecordSink`.
  public func write(_ batch: CapturedBatch) async throws -> any SinkDelivery {
    if topicCreation["partitions"] != nil { try await createTopics(batch) }
    var records = RecordBatch(reservingRecords: batch.count, reservingBytes: batch.byteCount)
    batch.forEach { topic, partition, timestamp, key, value, headers in
      records.append(topic: topic, partition: partition, timestamp: timestamp, key: key, value: value, headers: headers)
    }
    let producer = try producer()
    do {
      return KafkaSinkDelivery(delivery: try await producer.enqueue(records), sink: self, producer: producer)
    } catch let error as KafkaError {
      throw await failure(error, count: batch.count, topic: nil, producer: producer)
    }
  }

  private func createTopics(_ batch: CapturedBatch) async throws {
    let known = state.withLock { $0.topics }
    var names: Set<String> = []
    batch.forEach { topic, _, _, _, _, _ in
      if !known.contains(topic) { names.insert(topic) }
    }
    guard !names.isEmpty else { return }
    var settings = topicCreation
    // -1 leaves it to the broker, as in Kafka Connect.
    let partitions = settings.removeValue(forKey: "partitions").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let replication = settings.removeValue(forKey: "replication.factor").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let topics = names.sorted().map { name in
      NewTopic(name, partitions: partitions, replicationFactor: replication, configuration: settings)
    }
    let failures: [String: KafkaError]
    do { failures = try await admin().createTopics(topics) } catch let error as KafkaError {
      throw SinkError(reason: "topics cannot be made: \(error.description)", isRetriable: error.isRetriable)
    }
    for (name, error) in failures.sorted(by: { $0.key < $1.key }) where error.code != .topicAlreadyExists {
      throw SinkError(reason: "the topic \(name) cannot be made: \(error.description)", isRetriable: error.isRetriable)
    }
    state.withLock { $0.topics.formUnion(names) }
  }

  /// See `RecordSink`. Records are taken again after `open()`, by a new producer.
  public func abandon() async {
    let producer = state.withLock { state in
      state.isBroken = true
      defer { state.producer = nil }
      return state.producer
    }
    await producer?.close(deadline: .zero)
  }

  /// See `RecordSink`.
  public func close(deadline: Duration) async {
    let producer = state.withLock { state in
      state.isClosed = true
      defer { state.producer = nil }
      return state.producer
    }
    await producer?.close(deadline: deadline)
  }

  /// Describes a failure, and lets go of the producer: what waits in it must not arrive before what failed is sent again.
  fileprivate func failure(_ error: KafkaError, count: Int, topic: String?, producer: Producer) async -> SinkError {
    state.withLock { state in
      guard state.producer === producer else { return }
      state.producer = nil
      state.isBroken = true
    }
    await producer.close(deadline: .zero)
    let place = topic.map { " of topic \($0)" } ?? ""
    let advice =
      error.code == .messageSizeTooLarge
      ? "; raise producer.override.message.max.bytes in the connector file, and max.message.bytes of the topic" : ""
    return SinkError(
      reason: "Kafka did not take \(count) records\(place): \(error.description)\(advice)", isRetriable: error.isRetriable || error.isFatal)
  }
}

/// A batch's acknowledgements.
private struct KafkaSinkDelivery: SinkDelivery {
  let delivery: Delivery
  let sink: KafkaSink
  let producer: Producer

  func wait() async throws {
    let report = await delivery.wait()
    guard let worst = report.failures.first(where: { !$0.error.isRetriable }) ?? report.failures.first else { return }
    throw await sink.failure(worst.error, count: report.failures.count, topic: worst.topic, producer: producer)
  }
}
