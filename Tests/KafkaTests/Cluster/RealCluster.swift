import Kafka
import Synchronization
import TestSupport

/// A cluster that clients reach.
protocol TestCluster: Sendable {
  var bootstrapServers: String { get }
}

extension MockCluster: TestCluster {}

/// One test's part of the tests' Kafka: topics and groups of its own, which are deleted afterwards.
final class RealCluster: TestCluster {
  let bootstrapServers: String
  let admin: Admin
  private let made = Mutex<(topics: [String], groups: [String])>(([], []))

  private let isForeign: Bool

  private init(_ address: TestKafka.Address) throws {
    (bootstrapServers, isForeign) = (address.bootstrapServers, address.isForeign)
    admin = try Admin(configuration: AdminConfiguration(bootstrapServers: bootstrapServers), logger: testLogger)
  }

  static func with(_ body: (RealCluster) async throws -> Void) async throws {
    let cluster = try await RealCluster(TestKafka.shared())
    do { try await body(cluster) } catch {
      await cluster.clean()
      throw error
    }
    await cluster.clean()
  }

  /// A new topic. Whoever is told its name can use it at once.
  func topic(_ prefix: String, partitions: Int = 1, configuration: [String: String] = [:]) async throws -> String {
    let name = topicName(prefix)
    try await admin.createTopic(NewTopic(name, partitions: partitions, configuration: configuration))
    // Brokers of a larger cluster learn of it one after the other.
    try await eventually("the leaders of \(name)") {
      let described = try await admin.describeTopics([name]).first?.partitions
      return described?.count == partitions && described?.allSatisfy { $0.leader != nil } == true
    }
    return name
  }

  /// The name of a topic that the test will make in its own way.
  func topicName(_ prefix: String) -> String {
    let name = uniqueTopic("kafka-\(prefix)")
    made.withLock { $0.topics.append(name) }
    return name
  }

  /// The name of a group, or of a transactional ID.
  func group(_ prefix: String) -> String {
    let name = uniqueTopic("kafka-\(prefix)")
    made.withLock { $0.groups.append(name) }
    return name
  }

  /// Writes `count` records with their number as value to each partition of a new topic.
  func filledTopic(_ prefix: String, partitions: Int = 1, count: Int) async throws -> String {
    let topic = try await topic(prefix, partitions: partitions)
    try await fill(topic, partitions: partitions, numbers: 0..<count)
    return topic
  }

  /// Writes records with these numbers as values to each partition.
  func fill(_ topic: String, partitions: Int = 1, numbers: Range<Int>) async throws {
    let producer = try testProducer(self)
    let records = (0..<partitions).flatMap { partition in
      numbers.map { ProducerRecord(topic: topic, partition: Int32(partition), value: bytes("\($0)")) }
    }
    try await producer.send(contentsOf: records).throwIfFailed()
    await producer.close(deadline: .seconds(5))
  }

  /// What a topic's only partition holds, from its beginning: at least as many records as asked for.
  func read(
    _ topic: String, atLeast count: Int, isolation: ConsumerConfiguration.Isolation = .readCommitted
  ) async throws -> [ConsumerRecord] {
    let consumer = try testConsumer(self, group: nil) { $0.isolation = isolation }
    try await consumer.assign([TopicPartition(topic: topic, partition: 0): .beginning])
    let records = try await poll(consumer) { $0.count >= count }
    await consumer.close(deadline: .seconds(5))
    return records
  }

  /// Best effort: a test may have deleted them itself, and a failed one left members behind.
  private func clean() async {
    let (topics, groups) = made.withLock { $0 }
    // Static members stay for their session's time after they have closed. The tests' own broker ends with the tests.
    try? await eventually(within: isForeign ? .seconds(10) : .zero, every: .seconds(1)) {
      try await admin.deleteGroups(groups).values.allSatisfy { $0.code != .nonEmptyGroup }
    }
    _ = try? await admin.deleteTopics(topics)
  }
}
