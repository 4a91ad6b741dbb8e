/// Told of partitions that come and go. Each call is awaited before the rebalance goes on, for at most the configuration's
/// `rebalanceTimeout`; after that its task is cancelled.
///
/// Calls come from within `nextBatch` or `close`, one at a time and never while the owner works on a batch that it took from
/// `nextBatch` before coming back: there is no race between a batch and a revocation unless the owner makes one.
public protocol RebalanceHandler: Sendable {
  /// Partitions are now this member's, before the first record of them is read.
  /// - Returns: where to start those whose next offset the owner knows; the others start at the group's committed offset, or where
  ///   `offsetReset` says.
  func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64]
  /// Partitions are about to go. They can still be committed in here.
  func partitionsRevoked(_ partitions: [TopicPartition]) async
  /// Partitions are gone already, another member may own them. Drop their state; commits of them are refused.
  func partitionsLost(_ partitions: [TopicPartition]) async
}

extension RebalanceHandler {
  /// Starts everything at the committed offset.
  public func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] { [:] }
  /// Does nothing.
  public func partitionsRevoked(_ partitions: [TopicPartition]) async {}
  /// Does nothing.
  public func partitionsLost(_ partitions: [TopicPartition]) async {}
}

/// For owners who keep nothing about partitions: everything starts at the committed offset.
public struct CommittedOffsets: RebalanceHandler {
  /// Makes the handler.
  public init() {}
}
