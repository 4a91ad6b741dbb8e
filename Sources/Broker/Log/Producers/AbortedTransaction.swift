/// A transaction that was aborted: readers of committed data skip what its producer wrote between the two offsets.
struct AbortedTransaction: Equatable, Sendable {
  var producerID: Int64
  /// Offset of its first record in the partition.
  var firstOffset: Int64
  /// Offset of its marker.
  var lastOffset: Int64
  /// The partition's last stable offset once the marker was there.
  var lastStableOffset: Int64
}
