/// A record that was read, copied out of the client's memory.
public struct ConsumerRecord: Hashable, Sendable {
  /// The topic.
  public var topic: String
  /// The partition.
  public var partition: Int32
  /// The offset. The offset to commit after this record is one more.
  public var offset: Int64
  /// Milliseconds since 1970; -1 if the record has none.
  public var timestamp: Int64
  /// Who gave the timestamp.
  public var timestampType: TimestampType
  /// The key; nil is NULL.
  public var key: [UInt8]?
  /// The value; nil is NULL.
  public var value: [UInt8]?
  /// Headers in order, repeats included.
  public var headers: [Header]

  /// Makes a record, for tests and for stores that keep records elsewhere.
  public init(
    topic: String, partition: Int32, offset: Int64, timestamp: Int64 = -1, timestampType: TimestampType = .none, key: [UInt8]? = nil,
    value: [UInt8]? = nil, headers: [Header] = []
  ) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.timestamp = timestamp
    self.timestampType = timestampType
    self.key = key
    self.value = value
    self.headers = headers
  }

  /// Topic and partition together.
  public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}
