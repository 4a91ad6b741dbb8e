/// One partition of one topic.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The topic's name.
  public var topic: String
  /// The partition's number, from 0.
  public var partition: Int32

  /// Names partition `partition` of `topic`.
  public init(topic: String, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  /// By topic, then by number.
  public static func < (left: Self, right: Self) -> Bool {
    (left.topic, left.partition) < (right.topic, right.partition)
  }

  /// `topic[partition]`.
  public var description: String { "\(topic)[\(partition)]" }
}
