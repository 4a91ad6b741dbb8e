internal import Logging

/// InitProducerId: who owns a transactional id, and fencing of whoever did before.
extension TransactionCoordinator {
  /// A producer id and epoch, or the reason why there is none.
  typealias InitializedProducer = Result<StateProducer, ErrorCode>

  /// Answers a producer that starts, or that goes on after an error (KIP-360).
  ///
  /// - Parameters:
  ///   - transactionalID: `nil` for a producer that is idempotent only: it gets a new id, epoch 0, and nothing is remembered.
  ///   - expected: the id and epoch that the producer has, if it goes on.
  func initProducerID(
    transactionalID: String?, timeoutMilliseconds: Int32, expected: StateProducer?, reply: @escaping (InitializedProducer) -> Void
  ) {
    do {
      try checkActive()
      guard let transactionalID else { return reply(.success(StateProducer(id: try producerIDs.next(), epoch: 0))) }
      guard !transactionalID.isEmpty, transactionalID.utf8.count <= configuration.maxIDBytes else { throw ErrorCode.invalidRequest }
      guard timeoutMilliseconds > 0, timeoutMilliseconds <= configuration.maxTimeoutMillis else {
        throw ErrorCode.invalidTransactionTimeout
      }
      let entry = try entries[transactionalID] ?? create(transactionalID, timeoutMilliseconds: timeoutMilliseconds)
      guard entry.pendingState == nil else { throw ErrorCode.concurrentTransactions }
      guard isKnown(expected, entry.metadata) else { throw ErrorCode.producerFenced }
      switch entry.metadata.state {
      case .ongoing: return takeOver(entry, reply: reply)
      case .prepareCommit, .prepareAbort: throw ErrorCode.concurrentTransactions
      case .empty, .completeCommit, .completeAbort, .dead, .prepareEpochFence: break
      }
      let next = try initialized(entry.metadata, timeoutMilliseconds: timeoutMilliseconds, expected: expected)
      append(next, to: entry) { code in
        reply(code == .none ? .success(StateProducer(id: next.producerID, epoch: next.producerEpoch)) : .failure(code))
      }
    } catch let error as ErrorCode {
      if error == .producerFenced { counters.fenced += 1 }
      reply(.failure(error))
    } catch {
      logger.error("impossible transition", metadata: ["transactionalID": "\(transactionalID ?? "")", "error": "\(error)"])
      reply(.failure(.unknownServerError))
    }
  }

  private func create(_ transactionalID: String, timeoutMilliseconds: Int32) throws(ErrorCode) -> TransactionEntry {
    guard entries.count < configuration.maxTransactionalIDs else { throw .policyViolation }
    let metadata = TransactionMetadata(
      producerID: try producerIDs.next(), timeoutMilliseconds: timeoutMilliseconds, lastUpdateTimestamp: scheduler.now)
    let entry = TransactionEntry(transactionalID: transactionalID, metadata: metadata)
    entries[transactionalID] = entry
    return entry
  }

  /// The metadata that initialising the producer leads to, when no transaction is in the way.
  private func initialized(
    _ metadata: TransactionMetadata, timeoutMilliseconds: Int32, expected: StateProducer?
  ) throws -> TransactionMetadata {
    if TransactionMetadata.isExhausted(metadata.producerEpoch), expected == nil || expected?.epoch == metadata.producerEpoch {
      return try metadata.rotated(
        to: producerIDs.next(), keepsLastEpoch: expected != nil, timeoutMilliseconds: timeoutMilliseconds, now: scheduler.now)
    }
    return try metadata.initialized(expectedEpoch: expected?.epoch, timeoutMilliseconds: timeoutMilliseconds, now: scheduler.now)
  }

  /// Whether a producer that says who it was may go on. It may when the entry is new (the producer recovers from UNKNOWN_PRODUCER_ID), when
  /// the id is the current one (the epoch is looked at later), and when it repeats a request that gave it a new id for its used-up epochs.
  private func isKnown(_ expected: StateProducer?, _ metadata: TransactionMetadata) -> Bool {
    guard let expected else { return true }
    return metadata.producerEpoch == -1 || expected.id == metadata.producerID
      || (expected.id == metadata.previousProducerID && TransactionMetadata.isExhausted(expected.epoch))
  }

  /// A producer comes while another's transaction is open: that one is aborted and its producer shut out. The newcomer is told to come
  /// again, and gets its epoch then.
  private func takeOver(_ entry: TransactionEntry, reply: @escaping (InitializedProducer) -> Void) {
    logger.info("open transaction aborted: another producer takes over", metadata: ["transactionalID": "\(entry.transactionalID)"])
    fenceAndAbort(entry) { [self] code in
      if code == .none { counters.takenOver += 1 }
      reply(.failure(code == .none ? .concurrentTransactions : code))
    }
  }
}
