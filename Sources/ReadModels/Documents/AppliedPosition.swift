/// How far a read model has come in one partition: written in the transaction that applied the changes.
public struct AppliedPosition: Sendable, Hashable {
  /// The handler that applied: `mirror.shop`.
  public let handler: String
  /// The topic.
  public let topic: String
  /// The partition.
  public let partition: Int32
  /// The highest LSN applied from this partition.
  public let lsn: Int64
  /// The source's commit time of the newest change applied, microseconds since 1970; 0 where unknown.
  public let committedAt: Int64

  /// A position.
  public init(handler: String, topic: String, partition: Int32, lsn: Int64, committedAt: Int64) {
    self.handler = handler
    self.topic = topic
    self.partition = partition
    self.lsn = lsn
    self.committedAt = committedAt
  }
}
