/// What became of a commit.
public struct CommitOutcome: Hashable, Sendable {
  /// The offsets that the group now has.
  public var committed: [TopicPartition: Int64] = [:]
  /// Partitions that are not this member's (any more), or that a rebalance is just dealing: drop what was done for them since the last
  /// commit. Should a partition stay after all, a later commit covers this one.
  public var lost: Set<TopicPartition> = []
  /// Partitions whose offset was not ahead of what is committed already, so that nothing was sent.
  public var unchanged: Set<TopicPartition> = []

  /// An empty outcome.
  public init() {}
}
