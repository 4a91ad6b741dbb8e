/// Which transactions the cleaner is in the middle of as it reads a log in order, and with that, what of them may go: records of aborted
/// transactions, and markers whose transactions have nothing left (Kafka's `CleanedTransactionMetadata`).
struct CleanedTransactions {
  private struct Ongoing {
    let transaction: AbortedTransaction
    /// Whether a batch of it, be it emptied, was met.
    var hasBatches = false
  }

  /// Aborted transactions that the reading has not reached yet, the next one last.
  private var ahead: [AbortedTransaction] = []
  private var aborted: [Int64: Ongoing] = [:]
  private var committed: Set<Int64> = []
  /// The aborted transactions of which something was met, with their marker: the new segment's index of them.
  private(set) var retained: [AbortedTransaction] = []

  /// Adds those of the next segment; ones that were added before do no harm.
  mutating func add(_ transactions: [AbortedTransaction]) {
    ahead = (ahead + transactions).sorted { $0.firstOffset > $1.firstOffset }
  }

  /// Hands over what was retained, for the index of the segment that is finished.
  mutating func takeRetained() -> [AbortedTransaction] {
    defer { retained.removeAll() }
    return retained
  }

  /// The reading has come to a batch of data.
  ///
  /// - Returns: whether its records belong to an aborted transaction.
  mutating func meet(batch: BatchHeader) -> Bool {
    advance(to: batch.lastOffset)
    guard batch.isTransactional else { return false }
    if aborted[batch.producerID] != nil {
      aborted[batch.producerID]?.hasBatches = true
      return true
    }
    committed.insert(batch.producerID)
    return false
  }

  /// The reading has come to a control batch.
  ///
  /// - Parameter outcome: nil for a batch without a marker in it: compaction emptied it before, or it is of a kind we do not know.
  /// - Returns: whether nothing of its transaction is left before it.
  mutating func meet(control batch: BatchHeader, outcome: TransactionMarker.Outcome?) -> Bool {
    advance(to: batch.lastOffset)
    switch outcome {
    case .abort:
      guard let ongoing = aborted.removeValue(forKey: batch.producerID), ongoing.hasBatches else { return true }
      retained.append(ongoing.transaction)
      return false
    case .commit:
      return committed.remove(batch.producerID) == nil
    case nil:
      return batch.recordCount == 0
    }
  }

  private mutating func advance(to offset: Int64) {
    while let next = ahead.last, next.firstOffset <= offset {
      ahead.removeLast()
      if aborted[next.producerID] == nil { aborted[next.producerID] = Ongoing(transaction: next) }
    }
  }
}
