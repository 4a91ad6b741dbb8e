/// A sealed segment as compaction needs to know it.
struct CleanableSegment: Equatable, Sendable {
  var baseOffset: Int64
  /// Base offset of the segment after it.
  var nextOffset: Int64
  /// Of its batches.
  var sizeBytes: Int
  /// Milliseconds since the Unix epoch; -1 when it is empty.
  var largestTimestamp: Int64
  /// Timestamp of its first batch; -1 when it is not known.
  var firstTimestamp: Int64
}
