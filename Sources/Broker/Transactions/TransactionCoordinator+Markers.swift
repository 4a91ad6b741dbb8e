internal import Logging

/// From the durable decision to the end: markers on every partition, then the record that the transaction is complete.
extension TransactionCoordinator {
  /// Writes the markers of a transaction whose decision is in the log. The entry is busy until all of them are written and that is in the
  /// log too; neither is ever given up, because the decision cannot be taken back.
  func complete(_ entry: TransactionEntry) {
    guard phase != .stopped, entry.pendingState == nil else { return }
    entry.pendingState = entry.metadata.state == .prepareCommit ? .completeCommit : .completeAbort
    entry.failures = 0
    writeMarkers(entry, to: entry.metadata.partitions.sorted())
  }

  /// One call for each partition, so that a partition that fails does not make the others be written again.
  private func writeMarkers(_ entry: TransactionEntry, to targets: [TopicPartition]) {
    guard phase != .stopped else { return }
    // One more than there are, until all have been asked for: answers may come before that.
    entry.awaitedMarkers = targets.count + 1
    for partition in targets {
      guard partitions.exists(partition) else {
        // Deleted: there is nothing to end.
        entry.metadata.partitions.remove(partition)
        entry.awaitedMarkers -= 1
        continue
      }
      partitions.writeMarkers(
        producerID: entry.metadata.producerID, producerEpoch: entry.metadata.producerEpoch,
        committed: entry.metadata.state == .prepareCommit, coordinatorEpoch: 0, partitions: [partition]
      ) { [self] code in
        markerAnswered(code, partition, entry)
      }
    }
    roundAdvanced(entry)
  }

  private func markerAnswered(_ code: ErrorCode, _ partition: TopicPartition, _ entry: TransactionEntry) {
    switch code {
    case .none:
      entry.metadata.partitions.remove(partition)
    case .invalidProducerEpoch, .transactionCoordinatorFenced, .producerFenced:
      // The partition has seen a newer epoch, and with it the end of this transaction.
      logger.warning("marker refused as outdated", metadata: describe(entry, partition, code))
      entry.metadata.partitions.remove(partition)
    default:
      logger.warning("marker not written, will be tried again", metadata: describe(entry, partition, code))
    }
    roundAdvanced(entry)
  }

  /// Counts an answer of the round; after the last one either all markers are written, or there is another round.
  private func roundAdvanced(_ entry: TransactionEntry) {
    entry.awaitedMarkers -= 1
    guard entry.awaitedMarkers == 0, phase != .stopped else { return }
    if entry.metadata.partitions.isEmpty {
      entry.failures = 0
      return writeCompletion(entry)
    }
    again(entry) { coordinator in coordinator.writeMarkers(entry, to: entry.metadata.partitions.sorted()) }
  }

  private func writeCompletion(_ entry: TransactionEntry) {
    guard phase != .stopped else { return }
    let committed = entry.metadata.state == .prepareCommit
    let next: TransactionMetadata
    do {
      next = try entry.metadata.completed(now: scheduler.now)
    } catch {
      logger.error("impossible transition", metadata: ["transactionalID": "\(entry.transactionalID)", "error": "\(error)"])
      return
    }
    append(next, to: entry) { [self] code in
      guard code == .none else { return again(entry) { coordinator in coordinator.writeCompletion(entry) } }
      entry.failures = 0
      if committed { counters.committed += 1 } else { counters.aborted += 1 }
    }
  }

  /// Tries again after a pause that doubles with each failure in a row.
  private func again(_ entry: TransactionEntry, _ work: @escaping (TransactionCoordinator) -> Void) {
    counters.retries += 1
    let doubled = configuration.retryBackoffMillis << Int64(min(entry.failures, 20))
    entry.failures += 1
    let pause = Double(min(doubled, configuration.retryBackoffMaxMillis)) * jitter()
    scheduler.schedule(afterMilliseconds: Int64(pause)) { [weak self] in
      guard let self, self.phase != .stopped else { return }
      work(self)
    }
  }

  private func describe(_ entry: TransactionEntry, _ partition: TopicPartition, _ code: ErrorCode) -> Logger.Metadata {
    ["transactionalID": "\(entry.transactionalID)", "partition": "\(partition)", "error": "\(code)"]
  }
}
