internal import Kafka

/// Where the engine's records come from: what it needs of a consumer, and no more.
protocol RecordSource: Sendable {
  /// The ID of the cluster, asked for within `deadline`.
  func clusterID(deadline: Duration) async throws -> String
  /// Joins the group.
  func subscribe(_ topics: [String], listener: any AssignmentListener) async throws
  /// Suspends until there are records or `maxWait` has passed (none then); nil once closed. Cut where the partition changes: none of the runs is empty.
  func nextRuns(maxRecords: Int, maxBytes: Int, maxWait: Duration) async throws -> [[ConsumerRecord]]?
  /// The partitions whose end was reached since the last call, with the offset behind everything that they hold.
  func takeReachedEnds() -> [TopicPartition: Int64]
  /// Each partition's first offset and the one behind its last.
  func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Watermarks]
  func seek(_ partition: TopicPartition, to offset: Int64) async throws
  func pause(_ partitions: [TopicPartition]) async throws
  func resume(_ partitions: [TopicPartition]) async throws
  /// Commits next offsets. Returns those that Kafka has now; partitions that are not ours any more are left out.
  func commit(_ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64]
  /// Leaves the group.
  func close(deadline: Duration) async
}

/// Is told of assignments before they take effect.
protocol AssignmentListener: Sendable {
  /// Returns the offset to start at for each partition where it is known.
  func assigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64]
  func revoked(_ partitions: [TopicPartition]) async
  func lost(_ partitions: [TopicPartition]) async
  /// This member is out of the group, and may join again.
  func left()
}
