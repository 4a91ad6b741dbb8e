/// A record to be written.
public struct ProducerRecord: Hashable, Sendable {
  /// The topic to write to.
  public var topic: String
  /// The partition; nil leaves the choice to the partitioner, which looks at the key.
  public var partition: Int32?
  /// The key; nil is NULL.
  public var key: [UInt8]?
  /// The value; nil is NULL, a tombstone in compacted topics.
  public var value: [UInt8]?
  /// Headers in order, repeats allowed.
  public var headers: [Header]
  /// Milliseconds since 1970; nil is now.
  public var timestamp: Int64?

  /// Makes a record; only the topic is required.
  public init(
    topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: [Header] = [], timestamp: Int64? = nil
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.timestamp = timestamp
  }
}
