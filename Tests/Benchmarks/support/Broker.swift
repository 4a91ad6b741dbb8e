import Foundation
public import Kafka
import Logging

/// The Kafka of a benchmark: the cluster that `KAFKA_BOOTSTRAP_SERVERS` names, else `sluice broker` in a process of its own, on a folder that
/// goes with the benchmark.
public final class Broker: Sendable {
  /// For `bootstrap.servers`.
  public let servers: String
  /// How to call it in a report.
  public let description: String
  /// Partitions of each topic.
  public let partitions: Int
  /// The shortest session of a group's member that it takes, milliseconds: Kafka's default of `group.min.session.timeout.ms`.
  public let shortestSession = 6000
  private let process: BrokerProcess?
  private let topics: [String]
  private let admin: Admin

  private init(servers: String, description: String, topics: [String], partitions: Int, process: BrokerProcess?) throws {
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
    let process = try BrokerProcess(binary: binary, folder: folder, topics: topics, partitions: partitions)
    try await process.start()
    return try Broker(
      servers: process.servers, description: "sluice broker in a process of its own", topics: topics, partitions: partitions,
      process: process)
  }

  /// The ends of a topic's partitions.
  public func ends(of topic: String) async throws -> [TopicPartition: Int64] { try await watermarks(of: topic).mapValues(\.high) }

  /// The number of records that a topic has ever got (on a topic without transactions).
  public func recordCount(of topic: String) async throws -> Int { try await ends(of: topic).values.reduce(0) { $0 + Int($1) } }

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
      try? await process.stop()
    } else {
      _ = try? await admin.deleteTopics(topics)
    }
  }
}
