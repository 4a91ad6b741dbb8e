public import Kafka

/// What a sink applies in one transaction.
public struct SinkBatch: Sendable {
  /// How the stored offset of one partition moves.
  public struct Advance: Hashable, Sendable {
    /// The partition.
    public var partition: TopicPartition
    /// The next offset that is believed to be stored; nil where none is.
    public var expected: Int64?
    /// The next offset to store.
    public var next: Int64
    /// The lanes of the partition as they are believed to be stored; nil where it is not divided.
    public var lanes: LaneProgress?

    /// Moves the stored offset of `partition` from `expected` to `next`.
    public init(partition: TopicPartition, expected: Int64?, next: Int64, lanes: LaneProgress? = nil) {
      self.lanes = lanes
      self.partition = partition
      self.expected = expected
      self.next = next
    }
  }

  /// The records to apply, in order; those of one partition are in the order of their offsets. May be empty where only offsets move,
  /// past dead letters and records that nobody wants.
  public var records: [ChangeRecord]

  /// How the offsets move, sorted by partition, one entry a partition.
  public var advances: [Advance]

  /// How lanes move on; empty unless the records are those of a lane, whose partition's offset does not move then.
  public var laneMoves: [LaneMove] = []

  /// What ``Sink/plan(_:)`` returned for exactly these records; nil where that was nothing, or where it was asked about others.
  public var plan: SinkPlan?

  /// A batch to apply in one transaction.
  public init(records: [ChangeRecord], advances: [Advance], plan: SinkPlan? = nil) {
    self.records = records
    self.advances = advances
    self.plan = plan
  }
}
