import Foundation
import Kafka
import Synchronization
import TestSupport

/// The broker of one test: `sluice broker` in a process of its own, or the cluster that `KAFKA_BOOTSTRAP_SERVERS` names.
final class Broker: Sendable {
  /// Where clients connect.
  let bootstrapServers: String
  /// How to start it; nil where the cluster is somebody else's.
  private let program: BrokerProgram?
  private let running: Mutex<ProgramRun?>

  private init(_ bootstrapServers: String, program: BrokerProgram? = nil, process: ProgramRun? = nil) {
    self.bootstrapServers = bootstrapServers
    self.program = program
    running = Mutex(process)
  }

  /// Its last process; nil where the cluster is somebody else's.
  var process: ProgramRun? { running.withLock { $0 } }

  /// Whether tests run against a cluster that they did not start.
  static var isForeign: Bool { foreign != nil }
  private static var foreign: String? {
    ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Partitions of the topics that are made here.
  static let partitions = 4

  static func start(topics: [String], in folder: URL) async throws -> Broker {
    if let foreign {
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: foreign), logger: testLogger("admin"))
      let failures = try await admin.createTopics(topics.map { NewTopic($0, partitions: partitions) })
      for (_, error) in failures where error.code != .topicAlreadyExists { throw error }
      return Broker(foreign)
    }
    // Somebody else may have taken the port; the next one is another.
    var last: (any Error)?
    for _ in 0..<5 {
      let program = BrokerProgram(topics: topics, folder: folder, port: try FixedPort.free())
      do { return Broker("127.0.0.1:\(program.port)", program: program, process: try await program.start()) } catch { last = error }
    }
    throw last ?? FixedPort.NoneFree()
  }

  /// Starts it again, after its end, with the data and the address that it had.
  func restart() async throws -> ProgramRun? {
    guard let program else { return nil }
    let process = try await program.start()
    running.withLock { $0 = process }
    return process
  }

  /// Deletes what a test has left on somebody else's cluster; its own broker's folder goes as a whole.
  func clean(topics: [String], group: String) async {
    guard process == nil,
      let admin = try? Admin(configuration: AdminConfiguration(bootstrapServers: bootstrapServers), logger: testLogger())
    else { return }
    // Best effort: a killed member's session may not be over.
    _ = try? await admin.deleteGroups([group])
    _ = try? await admin.deleteTopics(topics + topics.map { "\($0).dlq" })
  }

  /// Writes records and waits until they are acknowledged.
  @discardableResult
  func produce(_ records: [ProducerRecord]) async throws -> [RecordMetadata] {
    let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: bootstrapServers), logger: testLogger("producer"))
    var places: [RecordMetadata] = []
    for record in records { places.append(try await producer.send(record)) }
    await producer.close(deadline: .seconds(10))
    return places
  }

  /// Removes all records of topics, as retention does.
  func deleteRecords(of topics: [String]) async throws {
    let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: bootstrapServers), logger: testLogger("admin"))
    let ends = try await admin.watermarks(for: topics.flatMap(partitions))
    let (_, failures) = try await admin.deleteRecords(before: ends.mapValues(\.high).filter { $0.value > 0 })
    if let failure = failures.values.first { throw failure }
  }

  /// Waits for as many records of a topic, and returns all that are there then.
  func records(of topic: String, atLeast count: Int = 0, within limit: Duration = .seconds(20)) async throws -> [ConsumerRecord] {
    let consumer = try consumer(group: nil)
    var starts: [TopicPartition: StartOffset] = [:]
    for partition in partitions(of: topic) { starts[partition] = .beginning }
    try await consumer.assign(starts)
    var records: [ConsumerRecord] = []
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      guard let batch = try await consumer.nextBatch(maxWait: .milliseconds(200)) else { break }
      records += batch.records()
      if batch.count == 0, records.count >= count { break }
    }
    await consumer.close(deadline: .seconds(5))
    return records
  }

  /// How many records the topics have been given; a topic that is not there has none.
  func count(of topics: [String]) async throws -> Int64 {
    let consumer = try consumer(group: nil)
    var sum: Int64 = 0
    for topic in topics {
      do {
        sum += try await consumer.watermarks(for: partitions(of: topic)).values.reduce(0) { $0 + $1.high }
      } catch let error as KafkaError where [.unknownTopicOrPartition, .unknownTopic, .unknownPartition].contains(error.code) {
        // Dead-letter topics are made with the first letter.
      }
    }
    await consumer.close(deadline: .seconds(5))
    return sum
  }

  /// The sum of the offsets that a group has committed for these topics.
  func committed(_ topics: [String], by group: String) async throws -> Int64 {
    let consumer = try consumer(group: group)
    let offsets = try await consumer.committed(topics.flatMap(partitions))
    await consumer.close(deadline: .seconds(5))
    return offsets.values.reduce(0, +)
  }

  private func partitions(of topic: String) -> [TopicPartition] {
    (0..<Self.partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
  }

  private func consumer(group: String?) throws -> Consumer {
    try Consumer(configuration: ConsumerConfiguration(bootstrapServers: bootstrapServers, groupID: group), logger: testLogger("consumer"))
  }
}
