import NIOCore

/// A partition's log, as far as a coordinator that keeps its state there needs it. Confined to the event loop.
protocol CoordinatorLog: FlushableLog {
  var logStartOffset: Int64 { get }
  var logEndOffset: Int64 { get }

  /// Appends a batch of the broker's own, perhaps in a producer's transaction.
  func appendAsCoordinator(_ records: ByteBuffer, now: Int64) throws(AppendError) -> AppendResult

  func read(at offset: Int64, maxBytes: Int, minOneBatch: Bool, isolation: Isolation) throws(ReadError) -> LogRead
}
