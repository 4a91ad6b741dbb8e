/// One transactional id in the coordinator's memory. Confined to the event loop.
final class TransactionEntry {
  let transactionalID: String
  /// As the state log has it; only the epoch of a fenced producer is ahead of the log, so that it is refused at once.
  var metadata: TransactionMetadata
  /// The state that is being entered, from the decision until the log has it (for Complete… until all markers are written, too); nothing
  /// else may change the metadata meanwhile.
  var pendingState: TransactionState?
  /// An epoch that was raised to fence a producer may not be in the log; it is not raised again, and no client was given it.
  var hasFailedEpochFence = false
  /// Failures in a row of the markers, and then of the record that ends the transaction.
  var failures = 0
  /// The partitions whose marker is on its way or waits for its next attempt.
  var awaitedMarkers = 0

  init(transactionalID: String, metadata: TransactionMetadata) {
    self.transactionalID = transactionalID
    self.metadata = metadata
  }
}
