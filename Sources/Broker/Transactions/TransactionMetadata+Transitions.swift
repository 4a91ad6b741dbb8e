/// The transitions, one function for each cause (Kafka's `TransactionMetadata.prepare…`).
extension TransactionMetadata {
  /// A producer with a transactional id starts, or goes on after an error that costs it its epoch (KIP-360).
  ///
  /// - Parameter expectedEpoch: what the producer believes its epoch to be; `nil` for a new one.
  /// - Throws: PRODUCER_FENCED when another producer has taken the id since.
  func initialized(expectedEpoch: Int16?, timeoutMilliseconds: Int32, now: Int64) throws -> TransactionMetadata {
    var next = try moved(to: .empty)
    // A repeat of a request whose answer was lost gets that answer. No other producer can have come in between: one that starts anew sets
    // lastProducerEpoch to -1.
    let isRepeat = expectedEpoch != nil && producerEpoch != -1 && expectedEpoch != producerEpoch && expectedEpoch == lastProducerEpoch
    if !isRepeat {
      guard expectedEpoch == nil || producerEpoch == -1 || expectedEpoch == producerEpoch, !Self.isExhausted(producerEpoch) else {
        throw ErrorCode.producerFenced
      }
      next.producerEpoch = producerEpoch + 1
      next.lastProducerEpoch = expectedEpoch == nil ? -1 : producerEpoch
    }
    next.begin(timeoutMilliseconds: timeoutMilliseconds, previousProducerID: producerID, now: now)
    return next
  }

  /// As ``initialized(expectedEpoch:timeoutMilliseconds:now:)`` for a producer whose epochs are used up: a new producer id, epoch 0.
  func rotated(to newProducerID: Int64, keepsLastEpoch: Bool, timeoutMilliseconds: Int32, now: Int64) throws -> TransactionMetadata {
    var next = try moved(to: .empty)
    next.producerID = newProducerID
    next.producerEpoch = 0
    next.lastProducerEpoch = keepsLastEpoch ? producerEpoch : -1
    next.begin(timeoutMilliseconds: timeoutMilliseconds, previousProducerID: producerID, now: now)
    return next
  }

  private mutating func begin(timeoutMilliseconds: Int32, previousProducerID: Int64, now: Int64) {
    self.timeoutMilliseconds = timeoutMilliseconds
    self.previousProducerID = previousProducerID
    partitions = []
    startTimestamp = -1
    lastUpdateTimestamp = now
  }

  /// Partitions join the transaction; the first ones begin it.
  func adding(_ added: Set<TopicPartition>, now: Int64) throws -> TransactionMetadata {
    var next = try moved(to: .ongoing)
    if state != .ongoing { next.startTimestamp = now }
    next.partitions.formUnion(added)
    next.lastUpdateTimestamp = now
    return next
  }

  /// The decision: from here on markers are written.
  func ended(committed: Bool, now: Int64) throws -> TransactionMetadata {
    var next = try moved(to: committed ? .prepareCommit : .prepareAbort)
    next.lastUpdateTimestamp = now
    return next
  }

  /// The producer of an ongoing transaction is shut out by a higher epoch, which no client is ever given.
  ///
  /// - Parameter bumpsEpoch: false when an earlier attempt has raised the epoch and could not be written.
  func fenced(bumpsEpoch: Bool) throws -> TransactionMetadata {
    var next = try moved(to: .prepareEpochFence)
    if bumpsEpoch, producerEpoch < Int16.max { next.producerEpoch = producerEpoch + 1 }
    next.lastProducerEpoch = -1
    return next
  }

  /// All markers are written.
  func completed(now: Int64) throws -> TransactionMetadata {
    var next = try moved(to: state == .prepareCommit ? .completeCommit : .completeAbort)
    next.partitions = []
    next.lastUpdateTimestamp = now
    return next
  }
}
