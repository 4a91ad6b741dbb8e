public import Kafka

/// How far a group is behind on one partition.
public struct PartitionLag: Hashable, Sendable {
  /// The partition.
  public var partition: TopicPartition
  /// The next offset to apply.
  public var position: Int64
  /// The offset behind the partition's last record.
  public var highWatermark: Int64
  /// Records not applied yet.
  public var records: Int64
  /// The age of the first record that is not applied yet; 0 where there is none.
  public var seconds: Double

  /// The lag of one partition.
  public init(partition: TopicPartition, position: Int64, highWatermark: Int64, records: Int64, seconds: Double) {
    self.partition = partition
    self.position = position
    self.highWatermark = highWatermark
    self.records = records
    self.seconds = seconds
  }
}
