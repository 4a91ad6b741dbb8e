/// A transaction that a marker has just ended on one partition.
struct CompletedTransaction: Equatable, Sendable {
  var producerID: Int64
  /// Offset of its first record.
  var firstOffset: Int64
  /// Offset of its marker.
  var lastOffset: Int64
  var aborted: Bool
  /// The first offset of the transactions that are still open now, else the offset after the marker: what the index of aborted
  /// transactions keeps beside it.
  var lastStableOffset: Int64
}

extension CompletedTransaction {
  /// What the index of aborted transactions keeps of it.
  var asAborted: AbortedTransaction {
    AbortedTransaction(
      producerID: producerID, firstOffset: firstOffset, lastOffset: lastOffset, lastStableOffset: lastStableOffset)
  }
}
