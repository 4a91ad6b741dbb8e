import BenchmarkSupport
import Kafka
import Logging

/// Reads all dead letters, from where it has read before.
struct DeadLetterReading {
  private let servers: String
  private let admin: Admin
  private let logger: Logger
  private var positions: [TopicPartition: Int64] = [:]
  /// The keys of poison that was found, for each group that has set it aside.
  private(set) var found: [String: Set<String>] = [:]
  /// Letters of records that were no poison.
  private(set) var good: [String] = []
  private(set) var count = 0

  init(servers: String, admin: Admin, logger: Logger) {
    self.servers = servers
    self.admin = admin
    self.logger = logger
  }

  mutating func read() async throws {
    let topics = try await admin.describeTopics().filter { $0.name.hasSuffix(".dlq") }
    let ends = try await admin.watermarks(for: topics.flatMap(\.topicPartitions)).mapValues(\.high)
    var left = ends.filter { $0.value > positions[$0.key] ?? 0 }
    guard !left.isEmpty else { return }
    let consumer = try Consumer(configuration: ConsumerConfiguration(bootstrapServers: servers, groupID: nil), logger: logger)
    try await consumer.assign(Dictionary(uniqueKeysWithValues: left.keys.map { ($0, .at(positions[$0] ?? 0)) }))
    let deadline = ContinuousClock.now + .seconds(30)
    while !left.isEmpty {
      guard ContinuousClock.now < deadline else { throw BenchmarkFailure("dead letters cannot be read", exitCode: 1) }
      guard let batch = try await consumer.nextBatch(maxWait: .milliseconds(200)) else { break }
      for record in batch.records() {
        let place = record.topicPartition
        guard record.offset >= positions[place] ?? 0, let end = ends[place], record.offset < end else { continue }
        note(record)
        positions[place] = record.offset + 1
        if record.offset + 1 >= end { left[place] = nil }
      }
    }
    await consumer.close(deadline: .seconds(5))
  }

  private mutating func note(_ record: ConsumerRecord) {
    count += 1
    let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
    func header(_ name: String) -> String {
      record.headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    guard key.hasPrefix(PoisonClient.keyPrefix) else {
      good.append("\(record.topic) \(key): \(header("__connect.errors.exception.message"))")
      return
    }
    found[header("__connect.errors.connector.name"), default: []].insert(key)
  }
}
