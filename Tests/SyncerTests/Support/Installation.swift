import Kafka
import Logging
import Metrics
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// A topic, a group and a read database of a test's own.
struct Installation: Sendable {
  let kafka: String
  let topic: String
  let group: String
  let database: ConnectionConfiguration

  /// Partitions of the topic.
  static let partitions = TestKafka.defaultPartitions

  static func with(_ body: (Installation) async throws -> Void) async throws {
    let kafka = try await TestKafka.shared().bootstrapServers
    try await withTestDatabase { database in
      let installation = Installation(kafka: kafka, topic: uniqueTopic("syncer"), group: uniqueName("group"), database: database)
      try await installation.withTopic { try await body(installation) }
    }
  }

  /// Makes the topic, and deletes it afterwards together with its dead letters and the group.
  private func withTopic(_ body: () async throws -> Void) async throws {
    let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: kafka), logger: testLogger("admin"))
    // The records carry times of 2023: a retention check (every 5 minutes) amid a test would delete them before they are applied.
    try await admin.createTopic(NewTopic(topic, partitions: Self.partitions, configuration: ["retention.ms": "-1"]))
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    // Best effort: whoever failed may have left members behind, and most tests have no dead letters.
    _ = try? await admin.deleteGroups([group])
    _ = try? await admin.deleteTopics([topic, topic + ".dlq"])
    try result.get()
  }

  func configuration() -> SyncerConfiguration {
    var configuration = SyncerConfiguration(group: group, topics: [topic], batchRecords: 50)
    configuration.retry = RetryPolicy(initialDelay: .milliseconds(5), maxDelay: .milliseconds(20), maxAttempts: 4)
    configuration.isolation = configuration.retry
    configuration.sinkRetry = RetryPolicy(initialDelay: .milliseconds(20), maxDelay: .milliseconds(100), maxAttempts: nil)
    configuration.commitInterval = .milliseconds(50)
    configuration.lagInterval = .milliseconds(50)
    return configuration
  }

  func pool() -> Pool {
    Pool(configuration: database, maxConnections: 4, logger: testLogger("pool"))
  }

  /// A member of the group, static if it has a name.
  func consumer(instanceID: String? = nil) throws -> Consumer {
    var consumer = ConsumerConfiguration(bootstrapServers: kafka, groupID: group)
    consumer.groupInstanceID = instanceID
    consumer.fetchMaximumWait = .milliseconds(20)
    consumer.sessionTimeout = .seconds(6)
    consumer.heartbeatInterval = .milliseconds(200)
    return try Consumer(configuration: consumer, logger: testLogger("syncer"))
  }

  /// An engine with everything real.
  func engine(
    _ handlers: [any Handler] = [CountingHandler()], _ configuration: SyncerConfiguration? = nil, pool: Pool,
    metrics: any MetricsFactory = NOOPMetricsHandler.instance, instanceID: String? = nil
  ) throws -> SyncerEngine {
    let logger = testLogger("syncer")
    return try SyncerEngine(
      configuration: configuration ?? self.configuration(), consumer: consumer(instanceID: instanceID),
      sink: PostgresSink(handlers: handlers, pool: pool, logger: logger),
      deadLetters: DeadLetterPublisher(configuration: ProducerConfiguration(bootstrapServers: kafka), group: group, logger: logger),
      logger: logger, metricsFactory: metrics)
  }

  /// Runs an engine while `body` runs, then stops it.
  func run(_ engine: SyncerEngine, _ body: () async throws -> Void) async throws {
    let task = Task { try await engine.run() }
    do {
      try await body()
    } catch {
      engine.stop()
      _ = try? await task.value
      throw error
    }
    engine.stop()
    try await task.value
  }

  /// Writes records to the topic and returns where they are.
  @discardableResult
  func produce(_ values: [[UInt8]?], keys: (Int) -> String = { "k\($0)" }, headers: [Header] = []) async throws -> [RecordMetadata] {
    let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: kafka), logger: testLogger("producer"))
    var places: [RecordMetadata] = []
    var records: [ProducerRecord] = []
    for (index, value) in values.enumerated() {
      records.append(
        ProducerRecord(
          topic: topic, partition: Int32(index % Self.partitions), key: Array(keys(index).utf8), value: value,
          headers: headers, timestamp: 1_700_000_000_000 + Int64(index)))
    }
    if records.count > 20 {
      try await producer.send(contentsOf: records).throwIfFailed()
    } else {
      for record in records { places.append(try await producer.send(record)) }
    }
    await producer.close(deadline: .seconds(10))
    return places
  }

  /// How many records were counted, and how many of them more than once.
  func counted() async throws -> (all: Int, twice: Int) {
    let connection = try await Connection.connect(database, logger: testLogger("count"))
    defer { Task { await connection.close() } }
    // Made by the engine's first steps.
    guard try await connection.query("SELECT FROM pg_tables WHERE tablename = 'counted'").count == 1 else { return (0, 0) }
    let rows = try await connection.query(
      """
      SELECT (SELECT count(*) FROM counted) AS all,
        (SELECT count(*) FROM (SELECT FROM counted GROUP BY topic, partition, "offset" HAVING count(*) > 1) AS t) AS twice
      """)
    let row = try rows.single()
    return (Int(try row["all", as: Int64.self]), Int(try row["twice", as: Int64.self]))
  }

  /// Waits until as many records were counted, none of them twice.
  func expectCounted(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await eventually(within: .seconds(30), "\(count) records counted") { try await counted().all >= count }
    let found = try await counted()
    #expect(found.all == count, sourceLocation: sourceLocation)
    #expect(found.twice == 0, sourceLocation: sourceLocation)
  }

  /// The records of a topic, waiting for as many.
  func consume(_ topic: String, count: Int) async throws -> [ConsumerRecord] {
    let consumer = try Consumer(
      configuration: ConsumerConfiguration(bootstrapServers: kafka, groupID: nil), logger: testLogger("consumer"))
    var starts: [TopicPartition: StartOffset] = [:]
    for partition in 0..<Self.partitions {
      starts[TopicPartition(topic: topic, partition: Int32(partition))] = .beginning
    }
    try await consumer.assign(starts)
    var records: [ConsumerRecord] = []
    let deadline = ContinuousClock.now + .seconds(20)
    while records.count < count, ContinuousClock.now < deadline {
      guard let batch = try await consumer.nextBatch(maxRecords: 100, maxBytes: 1 << 20, maxWait: .milliseconds(200)) else { break }
      records += batch.records()
    }
    await consumer.close(deadline: .seconds(5))
    return records.sorted { ($0.timestamp, $0.offset) < ($1.timestamp, $1.offset) }
  }
}
