/// Where an acknowledged record stands.
public struct RecordMetadata: Hashable, Sendable {
  /// The topic.
  public var topic: String
  /// The partition that was chosen.
  public var partition: Int32
  /// The record's offset there. -1 if the broker did not say (`acks` = none).
  public var offset: Int64
  /// Milliseconds since 1970, as stored; -1 if not known.
  public var timestamp: Int64

  /// Topic and partition together.
  public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}
