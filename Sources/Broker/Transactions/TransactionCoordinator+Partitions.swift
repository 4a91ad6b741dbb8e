/// AddPartitionsToTxn, AddOffsetsToTxn, and the check that a batch belongs to a transaction.
extension TransactionCoordinator {
  /// Makes partitions part of the producer's transaction, which begins with the first of them. They must exist.
  func addPartitions(
    transactionalID: String, producerID: Int64, producerEpoch: Int16, partitions added: Set<TopicPartition>,
    reply: @escaping (ErrorCode) -> Void
  ) {
    do {
      let entry = try entry(transactionalID, producerID: producerID)
      let metadata = entry.metadata
      guard metadata.producerEpoch == producerEpoch else { throw ErrorCode.producerFenced }
      guard entry.pendingState == nil, metadata.state != .prepareCommit, metadata.state != .prepareAbort else {
        throw ErrorCode.concurrentTransactions
      }
      if metadata.state == .ongoing, added.isSubset(of: metadata.partitions) { return reply(.none) }
      do {
        append(try metadata.adding(added, now: scheduler.now), to: entry, completion: reply)
      } catch {
        reply(code(of: error, entry))
      }
    } catch let error as ErrorCode {
      if error == .producerFenced { counters.fenced += 1 }
      reply(error)
    } catch {
      reply(.unknownServerError)
    }
  }

  /// Whether a transactional batch may be appended to `partition`: only while the partition is part of the producer's transaction, or a
  /// late batch would begin a transaction that nobody ends (KIP-890 part 1).
  ///
  /// - Parameters:
  ///   - transactionalID: of the Produce or TxnOffsetCommit request; without one nothing is checked, as Kafka does.
  ///   - knowsAbortable: whether the version of the request has TRANSACTION_ABORTABLE: Produce from 11, TxnOffsetCommit from 4.
  /// - Returns: `.none`, or what to answer for the partition instead of appending.
  func verify(
    transactionalID: String?, producerID: Int64, epoch: Int16, partition: TopicPartition, knowsAbortable: Bool
  ) -> ErrorCode {
    guard let transactionalID else { return .none }
    do {
      let metadata = try entry(transactionalID, producerID: producerID).metadata
      guard metadata.producerEpoch == epoch else {
        counters.fenced += 1
        return .invalidProducerEpoch
      }
      // Clients of Produce do not know CONCURRENT_TRANSACTIONS; this one they repeat without asking for metadata first.
      guard metadata.state != .prepareCommit, metadata.state != .prepareAbort else { return .notEnoughReplicas }
      guard metadata.partitions.contains(partition) else { return knowsAbortable ? .transactionAbortable : .invalidTxnState }
      return .none
    } catch {
      switch error {
      case .coordinatorLoadInProgress, .coordinatorNotAvailable: return .notEnoughReplicas
      default: return error
      }
    }
  }
}
