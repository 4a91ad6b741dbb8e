internal import Logging

/// EndTxn, and the end that the coordinator makes itself.
extension TransactionCoordinator {
  /// Decides a transaction. Answered as soon as the decision is durable; the markers follow.
  func endTransaction(
    transactionalID: String, producerID: Int64, producerEpoch: Int16, committed: Bool, reply: @escaping (ErrorCode) -> Void
  ) {
    do {
      let entry = try entry(transactionalID, producerID: producerID)
      guard entry.metadata.producerEpoch == producerEpoch else { throw ErrorCode.producerFenced }
      guard entry.pendingState == nil else { throw ErrorCode.concurrentTransactions }
      switch (entry.metadata.state, committed) {
      case (.ongoing, _):
        break
      case (.completeCommit, true), (.completeAbort, false):
        return reply(.none)  // A repeat whose first answer was lost.
      case (.prepareCommit, true), (.prepareAbort, false):
        throw ErrorCode.concurrentTransactions
      case (.empty, _), (.prepareCommit, _), (.prepareAbort, _), (.completeCommit, _), (.completeAbort, _), (.dead, _),
        (.prepareEpochFence, _):
        throw ErrorCode.invalidTxnState
      }
      do {
        end(try entry.metadata.ended(committed: committed, now: scheduler.now), entry, reply: reply)
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

  /// Aborts an ongoing transaction and raises the epoch, so that its producer is refused from now on, whatever it tries.
  ///
  /// The epoch in memory is raised before the log has it: a batch that arrives in between must not be appended behind the decision.
  func fenceAndAbort(_ entry: TransactionEntry, reply: @escaping (ErrorCode) -> Void) {
    do {
      let fenced = try entry.metadata.fenced(bumpsEpoch: !entry.hasFailedEpochFence)
      let next = try fenced.ended(committed: false, now: scheduler.now)
      entry.metadata.producerEpoch = fenced.producerEpoch
      entry.metadata.lastProducerEpoch = fenced.lastProducerEpoch
      entry.hasFailedEpochFence = true  // Until the log has the epoch.
      end(next, entry) { code in
        if code == .none { entry.hasFailedEpochFence = false }
        reply(code)
      }
    } catch {
      reply(code(of: error, entry))
    }
  }

  private func end(_ next: TransactionMetadata, _ entry: TransactionEntry, reply: @escaping (ErrorCode) -> Void) {
    append(next, to: entry) { [self] code in
      reply(code)
      if code == .none { complete(entry) }
    }
  }
}
