public import Kafka

/// How one lane of a partition moves on, in the transaction that applies its records. The partition's offset stays where it is.
public struct LaneMove: Hashable, Sendable {
  /// The partition.
  public var partition: TopicPartition
  /// How many lanes it has.
  public var lanes: Int
  /// Which of them, from 0.
  public var lane: Int
  /// The partition's stored offset. Where it is another one, the partition belongs to somebody else, and nothing may be applied.
  public var base: Int64
  /// The lane's next offset as it is believed to be stored.
  public var expected: Int64
  /// The lane's next offset to store.
  public var next: Int64
}
