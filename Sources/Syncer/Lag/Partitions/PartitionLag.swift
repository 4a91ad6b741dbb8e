public import Kafka

/// How far a group is behind on one partition.
public struct PartitionLag: Hashable, Sendable {
  /// Whether records of a partition are applied.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// They are, as they come.
    case active
    /// They are not, for now: the sink is behind or down. The partition stays with its owner.
    case paused
    /// The partition has just been assigned, or its offset was reset, and where to begin is being found out.
    case positioning
    /// They are not, as it is not time yet: the next record of a retry topic is due later. What waits there is no standstill, and not behind.
    case delayed
  }

  /// The partition.
  public var partition: TopicPartition
  /// The oldest offset that is still there; nil where it is not known.
  public var lowWatermark: Int64?
  /// The next offset to apply.
  public var position: Int64
  /// The offset behind the partition's last record.
  public var highWatermark: Int64
  /// Records not applied yet. Offsets that are known to hold none, such as markers of transactions and what compaction has removed, do not
  /// count.
  public var records: Int64
  /// The age of the first record that is not applied yet, by its timestamp; 0 where there is none.
  public var seconds: Double
  /// The same since its change was committed in the source database; by the record's timestamp where it does not tell.
  public var commitSeconds: Double
  /// Where it is going.
  public var trend: LagTrend
  /// What Burrow's rules say.
  public var status: LagStatus
  /// How much those rules had to go by, from 0 to 1.
  public var complete: Double
  /// Whether its records are applied.
  public var state: State = .active

  /// Whether something is left that could be applied now.
  public var isBehind: Bool { records > 0 && state != .delayed }

  /// The lag of one partition.
  public init(
    partition: TopicPartition, lowWatermark: Int64? = nil, position: Int64, highWatermark: Int64, records: Int64, seconds: Double,
    commitSeconds: Double, trend: LagTrend = .unknown, status: LagStatus = .ok, complete: Double = 0
  ) {
    self.partition = partition
    self.lowWatermark = lowWatermark
    self.position = position
    self.highWatermark = highWatermark
    self.records = records
    self.seconds = seconds
    self.commitSeconds = commitSeconds
    self.trend = trend
    self.status = status
    self.complete = complete
  }
}
