public import Kafka

/// Where records are applied: a read model together with the place that remembers how far it has come.
///
/// The effect of a batch and its offsets become visible together or not at all. Several calls of ``apply(_:)`` are under way at a time, each
/// with partitions that the others have not; other engines of the group call their own sinks on the same database at the same time.
public protocol Sink: Sendable {
  /// The sink's name in metrics and logs: `postgres`.
  var name: String { get }

  /// Makes the sink ready: tables, migrations. Called before anything else, and again where it failed; must be repeatable. Offsets
  /// are kept for `scope` from now on.
  func prepare(_ scope: OffsetScope) async throws

  /// Whether anything here wants this record. Must be cheap and pure.
  func accepts(_ record: ChangeRecord) -> Bool

  /// Works out what can be known of applying `records` before their turn has come: while another batch is applied. Must be pure. nil where
  /// there is nothing to work out.
  ///
  /// - Parameter accepted: Whether ``accepts(_:)`` was true of each of the records: then it need not be asked again.
  func plan(_ records: [ChangeRecord], accepted: Bool) -> SinkPlan?

  /// The next offset to apply for each partition that has one stored. Partitions never applied are absent.
  func storedOffsets(for partitions: [TopicPartition]) async throws -> [TopicPartition: Int64]

  /// Divides the keys of partitions into lanes; see ``SyncerConfiguration/lanes``. Where lanes of another number have applied something beyond
  /// the partition's offset, they stay in force.
  ///
  /// - Returns: the lanes in force; a partition that is not divided, or has no stored offset, is absent.
  func takeLanes(_ count: Int, of partitions: [TopicPartition]) async throws -> [TopicPartition: LaneProgress]

  /// Applies `batch.records` in order and moves the offsets, in one transaction.
  ///
  /// - Throws: ``OffsetConflict`` where a stored offset is not what `batch.advances` expected; nothing was applied then.
  ///   ``SinkFailure`` where a record could not be applied, with the index in `batch.records` where it is known.
  func apply(_ batch: SinkBatch) async throws

  /// What each projection has taken of a batch that was applied: for metrics.
  func shares(of batch: SinkBatch) -> [SinkShare]

  /// Sets a stored offset although it moves backwards or over a gap. Only after an operator's policy said so; `expected` guards against
  /// a change meanwhile.
  ///
  /// - Throws: ``OffsetConflict`` where the stored offset is not `expected`.
  func resetOffset(of partition: TopicPartition, expected: Int64, to offset: Int64) async throws

  /// Called now and then while the engine runs, beside its batches: forgets what is not needed any more. Throws nothing: what cannot be done now is done the
  /// next time.
  func maintain() async

  /// Whether the sink answers. Throws what stands in the way.
  func ping() async throws
}

extension Sink {
  /// Nothing is divided.
  public func takeLanes(_ count: Int, of partitions: [TopicPartition]) async throws -> [TopicPartition: LaneProgress] { [:] }

  /// Nothing to forget.
  public func maintain() async {}

  /// Nothing is worked out ahead.
  public func plan(_ records: [ChangeRecord], accepted: Bool) -> SinkPlan? { nil }

  /// The same for records of which that is not known.
  public func plan(_ records: [ChangeRecord]) -> SinkPlan? { plan(records, accepted: false) }

  /// A sink without projections has taken nothing for any.
  public func shares(of batch: SinkBatch) -> [SinkShare] { [] }
}
