internal import Kafka

/// A consumer of the `Kafka` module as the engine sees it.
struct KafkaRecordSource: RecordSource {
  /// Shorter than what a rebalance waits for its handler.
  private static let watermarksTimeout: Duration = .seconds(5)

  private let consumer: Consumer

  init(_ consumer: Consumer) {
    self.consumer = consumer
  }

  func clusterID(deadline: Duration) async throws -> String {
    try await consumer.clusterID(timeout: deadline)
  }

  func subscribe(_ topics: [String], listener: any AssignmentListener) async throws {
    try await consumer.subscribe(topics, rebalance: Adapter(listener: listener))
  }

  func nextRuns(maxRecords: Int, maxBytes: Int, maxWait: Duration) async throws -> [[ConsumerRecord]]? {
    try await consumer.nextBatch(maxRecords: maxRecords, maxBytes: maxBytes, maxWait: maxWait)?.runs()
  }

  func takeReachedEnds() -> [TopicPartition: Int64] {
    consumer.takeReachedEnds()
  }

  func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Watermarks] {
    try await consumer.watermarks(for: partitions, timeout: Self.watermarksTimeout)
  }

  func seek(_ partition: TopicPartition, to offset: Int64) async throws {
    try await consumer.seek([partition: offset])
  }

  func pause(_ partitions: [TopicPartition]) async throws {
    try await consumer.pause(partitions)
  }

  func resume(_ partitions: [TopicPartition]) async throws {
    try await consumer.resume(partitions)
  }

  func commit(_ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64] {
    let lost = try await consumer.commit(offsets).lost
    return offsets.filter { !lost.contains($0.key) }
  }

  func close(deadline: Duration) async {
    await consumer.close(deadline: deadline)
  }

  private struct Adapter: RebalanceHandler {
    let listener: any AssignmentListener

    func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] { await listener.assigned(partitions) }
    func partitionsRevoked(_ partitions: [TopicPartition]) async { await listener.revoked(partitions) }
    func partitionsLost(_ partitions: [TopicPartition]) async { await listener.lost(partitions) }
  }
}
