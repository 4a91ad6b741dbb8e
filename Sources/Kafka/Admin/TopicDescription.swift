/// A topic as its brokers describe it.
public struct TopicDescription: Hashable, Sendable {
  /// One partition.
  public struct Partition: Hashable, Sendable {
    /// Its number.
    public var id: Int32
    /// The leading broker; nil if there is none now.
    public var leader: Int32?
    /// All brokers that shall have it.
    public var replicas: [Int32]
    /// Those that are in sync.
    public var inSyncReplicas: [Int32]
    /// What is wrong with it, if anything.
    public var error: KafkaError.Code?
  }

  /// The name.
  public var name: String
  /// The partitions by number.
  public var partitions: [Partition]
  /// Why the topic cannot be described, such as `unknownTopicOrPartition`.
  public var error: KafkaError.Code?

  /// All partitions of the topic.
  public var topicPartitions: [TopicPartition] { partitions.map { TopicPartition(topic: name, partition: $0.id) } }
}
