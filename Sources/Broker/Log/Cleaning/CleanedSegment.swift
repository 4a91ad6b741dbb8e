/// A segment that compaction wrote in the place of one or several, under names with `.cleaned` so far.
struct CleanedSegment: Equatable, Sendable {
  /// Base offset of the new segment and of the first it replaces.
  var baseOffset: Int64
  /// Base offset of the segment after the last it replaces.
  var nextOffset: Int64
  /// Base offsets of those it replaces, ascending.
  var replaced: [Int64]
  /// Of its batches.
  var sizeBytes: Int
  /// Bytes of the batches it replaces.
  var replacedBytes: Int
  /// Milliseconds since the Unix epoch.
  var largestTimestamp: Int64
  /// Whether it comes with an index of aborted transactions.
  var hasAbortedTransactions: Bool
}
