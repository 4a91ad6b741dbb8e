/// What the coordinators ask about topics. Confined to the event loop.
protocol TopicLookup: AnyObject {
  /// How many partitions the topic has, or `nil` when there is no such topic.
  func partitionCount(of topic: String) -> Int?
  /// The name of the topic with this ID, or `nil` when there is none.
  func name(of id: KafkaUUID) -> String?
  /// The ID of the topic, or `nil` when there is no such topic.
  func id(of name: String) -> KafkaUUID?
}

extension TopicLookup {
  /// Whether the topic exists and has this partition.
  func has(_ topic: String, _ partition: Int32) -> Bool {
    guard let count = partitionCount(of: topic) else { return false }
    return partition >= 0 && Int(partition) < count
  }
}
