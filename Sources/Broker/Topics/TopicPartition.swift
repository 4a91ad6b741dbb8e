/// One partition of one topic.
struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
  var topic: String
  var partition: Int32

  /// As Kafka writes it and names its folder: `orders-0`.
  var description: String { "\(topic)-\(partition)" }

  static func < (left: Self, right: Self) -> Bool { (left.topic, left.partition) < (right.topic, right.partition) }
}
