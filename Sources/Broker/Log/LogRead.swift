import NIOCore

/// What a read found.
struct LogRead {
  /// Whole batches, the first of which may begin before the offset that was asked for; empty when there is nothing to read yet.
  var records: ByteBuffer
  /// Those that a reader of committed data has to skip in these records; empty for other readers.
  var abortedTransactions: [AbortedTransaction]
  /// The offset after the last batch; the offset that was asked for when there is none.
  var nextOffset: Int64
}
