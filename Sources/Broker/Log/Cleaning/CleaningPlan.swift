/// What is to be compacted in one log: values only, so that it can be done on another thread while the log goes on.
struct CleaningPlan: Sendable {
  var partition: TopicPartition
  var folder: String
  var configuration: LogConfiguration
  /// All segments from the log's start to ``firstUncleanableOffset``, at least one.
  var segments: [CleanableSegment]
  /// The indexes of aborted transactions of `segments` and of all those after them: a transaction may be aborted long after it began.
  var abortedTransactions: [AbortedTransactions]
  /// Up to here the log was compacted before.
  var firstDirtyOffset: Int64
  /// Base offset of the first segment that must not be touched.
  var firstUncleanableOffset: Int64
  var lastRecords: [Int64: LastRecord]
  /// Milliseconds since the Unix epoch.
  var now: Int64
  /// The dirty part of the bytes that can be compacted, 0 to 1.
  var dirtyRatio: Double
}
