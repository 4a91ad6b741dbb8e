/// What the transaction coordinator has done since it started, for the broker's metrics.
struct TransactionCounters: Equatable, Sendable {
  /// Transactions all of whose markers are written.
  var committed = 0
  var aborted = 0
  /// Transactions that the coordinator began to abort because their producer took too long.
  var timedOut = 0
  /// Ongoing transactions that were aborted because another producer took over their transactional id.
  var takenOver = 0
  /// Requests and batches refused because a newer producer has the transactional id.
  var fenced = 0
  /// Attempts to write a marker or the end of a transaction that failed and were repeated.
  var retries = 0
  /// Transactional ids that expired.
  var expired = 0
}
