public import Kafka

/// Where a dead letter is: its own topic, partition and offset, as the tools name it: `orders.dlq:0:15`.
public struct DeadLetterPlace: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The partition of the dead-letter topic.
  public var partition: TopicPartition
  /// The offset there.
  public var offset: Int64

  /// Names a place.
  public init(_ partition: TopicPartition, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }

  /// Reads `topic:partition:offset`; nil for anything else.
  public init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0, let offset = Int64(parts[2]), offset >= 0
    else { return nil }
    self.init(TopicPartition(topic: String(parts[0]), partition: partition), offset: offset)
  }

  /// `topic:partition:offset`.
  public var description: String { "\(partition.topic):\(partition.partition):\(offset)" }

  /// By partition, then by offset.
  public static func < (left: Self, right: Self) -> Bool {
    left.partition == right.partition ? left.offset < right.offset : left.partition < right.partition
  }
}
