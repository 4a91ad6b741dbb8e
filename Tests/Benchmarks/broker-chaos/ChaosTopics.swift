import Kafka

/// The topics, with segments as small as Kafka allows, and nothing ever deleted.
struct ChaosTopics: Sendable {
  static let numbered = "chaos-numbered"
  static let compacted = "chaos-compacted"
  static let transactions = "chaos-transactions"
  static let numberedPartitions = 6
  static let otherPartitions = 3

  private let clients: ChaosClients

  init(_ clients: ChaosClients) { self.clients = clients }

  func create() async throws {
    let admin = try clients.admin()
    let kept = ["segment.bytes": "1048576", "retention.ms": "-1"]
    let compacted = ["cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.01", "segment.ms": "1000"].merging(kept) { $1 }
    for topic in [
      NewTopic(Self.numbered, partitions: Self.numberedPartitions, replicationFactor: 1, configuration: kept),
      NewTopic(Self.compacted, partitions: Self.otherPartitions, replicationFactor: 1, configuration: compacted),
      NewTopic(Self.transactions, partitions: Self.otherPartitions, replicationFactor: 1, configuration: kept),
    ] {
      try await admin.createTopic(topic)
    }
  }
}
