/// Kinds of requests that `MockCluster` can be told to fail, by the protocol's API key.
public enum MockRequest: Int16, Sendable {
  /// Records written.
  case produce = 0
  /// Records read.
  case fetch = 1
  /// Ends of partitions and offsets by time.
  case listOffsets = 2
  /// Topics, partitions, leaders.
  case metadata = 3
  /// A group's offsets written.
  case offsetCommit = 8
  /// A group's offsets read.
  case offsetFetch = 9
  /// Who looks after a group or a transactional ID.
  case findCoordinator = 10
  /// A member joins a group.
  case joinGroup = 11
  /// A member lives.
  case heartbeat = 12
  /// A member leaves.
  case leaveGroup = 13
  /// Members get their partitions.
  case syncGroup = 14
  /// A producer gets its ID and epoch.
  case initProducerID = 22
  /// Partitions enter a transaction.
  case addPartitionsToTransaction = 24
  /// A group's offsets enter a transaction.
  case addOffsetsToTransaction = 25
  /// A transaction ends.
  case endTransaction = 26
  /// A group's offsets are written in a transaction.
  case transactionOffsetCommit = 28
}
