import Foundation
public import Kafka
import Logging
import Runtime

/// The Kafka of a benchmark: the cluster that `KAFKA_BOOTSTRAP_SERVERS` names, else `sluice broker` in a process of its own, which keeps
/// 5 MB of each partition.
public final class Broker: Sendable {
  /// For `bootstrap.servers`.
  public let servers: String
  /// How to call it in a report.
  public let description: String
  /// Partitions of each topic.
  public let partitions: Int
  /// What a syncer has to be told about this broker: the mock cluster holds a fetch for its whole time, also when records come meanwhile.
  public var syncerArguments: [String] { process == nil ? [] : ["--set", "syncer.fetch_wait=5ms"] }
  /// The shortest session of a group's member that it takes, milliseconds (Kafka: `group.min.session.timeout.ms`).
  public var shortestSession: Int { process == nil ? 6000 : 3000 }
  private let process: ManagedProcess?
  private let topics: [String]
  private let admin: Admin

  private init(servers: String, description: String, topics: [String], partitions: Int, process: ManagedProcess?) throws {
    self.servers = servers
    self.description = description
    self.topics = topics
    self.partitions = partitions
    self.process = process
    var logger = Logger(label: "benchmark.kafka")
    // What matters is thrown; the broker's end is none of its business.
    logger.logLevel = .critical
    admin = try Admin(configuration: AdminConfiguration(bootstrapServers: servers), logger: logger)
  }

  static func start(binary: URL, folder: URL, topics: [String], partitions: Int) async throws -> Broker {
    if let servers = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"], !servers.isEmpty {
      let broker = try Broker(servers: servers, description: servers, topics: topics, partitions: partitions, process: nil)
      for topic in topics {
        try await broker.admin.createTopic(NewTopic(topic, partitions: partitions, replicationFactor: 1))
      }
      return broker
    }
    let address = folder.appendingPathComponent("broker-address")
    let process = ManagedProcess(
      name: "broker", executable: binary,
      arguments: ["broker", "--address-file", address.path, "--partitions", "\(partitions)"] + topics.flatMap { ["--topic", $0] },
      logFile: folder.appendingPathComponent("broker.log"))
    try process.start()
    let servers = try await waitFor("the broker's start", within: .seconds(20)) {
      if let exit = process.exit { throw BenchmarkFailure("sluice broker ended: \(exit)") }
      return try? String(contentsOf: address, encoding: .utf8)
    }
    return try Broker(
      servers: servers, description: "librdkafka's mock cluster in a process of its own", topics: topics, partitions: partitions,
      process: process)
  }

  /// The ends of a topic's partitions.
  public func ends(of topic: String) async throws -> [TopicPartition: Int64] { try await watermarks(of: topic).mapValues(\.high) }

  /// The number of records that a topic has ever got (on a topic without transactions).
  public func recordCount(of topic: String) async throws -> Int { try await ends(of: topic).values.reduce(0) { $0 + Int($1) } }

  /// The number of records that a topic does not hold any more.
  public func droppedCount(of topic: String) async throws -> Int {
    try await watermarks(of: topic).values.reduce(0) { $0 + Int($1.low) }
  }

  /// The number of records in dead-letter topics.
  public func deadLetterCount() async throws -> Int {
    var sum = 0
    for topic in try await admin.describeTopics() where topic.name.hasSuffix(".dlq") {
      sum += try await admin.watermarks(for: topic.topicPartitions).values.reduce(0) { $0 + Int($1.high) }
    }
    return sum
  }

  private func watermarks(of topic: String) async throws -> [TopicPartition: Watermarks] {
    try await admin.watermarks(for: (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) })
  }

  func stop() async {
    if let process {
      await process.stop(within: .seconds(5))
    } else {
      _ = try? await admin.deleteTopics(topics)
    }
  }
}
