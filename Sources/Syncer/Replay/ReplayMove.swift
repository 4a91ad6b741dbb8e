public import Kafka

/// What a replay does to one partition.
public struct ReplayMove: Hashable, Sendable {
  /// The partition.
  public var partition: TopicPartition
  /// The next offset that the read database has stored, which is the one that a syncer goes by; nil where it has none.
  public var stored: Int64?
  /// The group's offset in Kafka; nil where it has none.
  public var committed: Int64?
  /// The ends of the partition.
  public var log: Watermarks
  /// The next offset to apply after the replay.
  public var next: Int64
  /// Why that is not what was asked for; nil where it is.
  public var note: String?

  /// Where the group is now; nil where it has no position.
  public var current: Int64? { stored ?? committed }

  /// How many offsets come again (positive), or are skipped (negative); nil where the group has no position. Compaction and transactions may
  /// have left fewer records than offsets.
  public var replayed: Int64? { current.map { min($0, log.high) - next } }

  /// Whether either place says anything else now.
  public var changes: Bool { (stored ?? next) != next || committed != next }

  /// A move.
  public init(
    partition: TopicPartition, stored: Int64?, committed: Int64?, log: Watermarks, next: Int64, note: String? = nil
  ) {
    self.partition = partition
    self.stored = stored
    self.committed = committed
    self.log = log
    self.next = next
    self.note = note
  }
}
