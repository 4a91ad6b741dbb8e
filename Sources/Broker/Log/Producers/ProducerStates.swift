/// What one partition knows of its idempotent and transactional producers: by it, a batch that is sent again is recognised, a gap in the
/// sequence refused, a fenced producer turned away, and the last stable offset known.
///
/// The rules are those of Kafka's `ProducerAppendInfo` and `ProducerStateManager` (KIP-98, KIP-360). A value without I/O: the log asks
/// ``check(_:now:origin:)`` before it writes, calls ``record(_:baseOffset:now:)`` afterwards and when it replays its files at a start, and
/// stores ``snapshot(upTo:)`` so that a start does not have to replay everything.
struct ProducerStates: Sendable {
  /// What to do with a batch that may be appended.
  enum Verdict: Equatable, Sendable {
    case append
    /// The log has it already; the producer is answered where. The timestamp is the batch's largest.
    case duplicate(baseOffset: Int64, lastOffset: Int64, timestamp: Int64)
  }

  /// `producer.id.expiration.ms`: a producer that was silent for so long, and has no open transaction, is forgotten.
  var expirationMillis: Int64
  /// Every record before this offset is accounted for; the offset of the snapshot these states were read from, else 0.
  private(set) var snapshotOffset: Int64 = 0
  var producers: [Int64: ProducerState] = [:]
  /// Open transactions by their first offsets, ascending.
  var openTransactions: [OpenTransaction] = []

  init(expirationMillis: Int64 = 86_400_000) { self.expirationMillis = expirationMillis }

  init(producers: [Int64: ProducerState], snapshotOffset: Int64, expirationMillis: Int64) {
    self.expirationMillis = expirationMillis
    self.snapshotOffset = snapshotOffset
    self.producers = producers
    openTransactions = producers.compactMap { id, state in
      state.transactionFirstOffset.map { OpenTransaction(firstOffset: $0, producerID: id) }
    }.sorted { $0.firstOffset < $1.firstOffset }
  }

  /// How many producers are known.
  var count: Int { producers.count }

  /// Offset of the first record of the oldest transaction that is still open: the last stable offset. Nil when none is open, and the log's
  /// end is stable.
  var firstOpenTransactionOffset: Int64? { openTransactions.first?.firstOffset }

  /// Whether the producer has written to this partition in a transaction that no marker has ended yet.
  func hasOpenTransaction(_ producerID: Int64) -> Bool { producers[producerID]?.transactionFirstOffset != nil }

  /// The last record of each producer, for compaction to keep.
  var lastRecords: [Int64: LastRecord] {
    producers.mapValues { LastRecord(lastDataOffset: $0.lastDataOffset, producerEpoch: $0.epoch) }
  }

  /// Whether a batch of data may be appended next. Batches without a producer always may.
  ///
  /// - Throws: `INVALID_PRODUCER_EPOCH` from a fenced producer, `OUT_OF_ORDER_SEQUENCE_NUMBER` for a gap, `INVALID_TXN_STATE` for a record
  ///   outside of the transaction that its producer has open here.
  func check(_ batch: BatchHeader, now: Int64, origin: AppendOrigin = .client) throws(AppendError) -> Verdict {
    guard batch.hasProducer, let state = producers[batch.producerID] else {
      // Nothing is known of this producer: it is new, or expired, or its records are deleted. Any sequence is accepted, as Kafka does.
      return .append
    }
    if origin == .client, batch.producerEpoch == state.epoch,
      let known = state.batch(from: batch.baseSequence, through: batch.lastSequence)
    {
      return .duplicate(baseOffset: known.baseOffset, lastOffset: known.lastOffset, timestamp: known.timestamp)
    }
    try checkEpoch(batch.producerEpoch, of: batch.producerID, state)
    if origin == .client { try checkSequence(batch, state) }
    if state.transactionFirstOffset != nil, !batch.isTransactional {
      throw AppendError(
        code: .invalidTxnState, message: "producer \(batch.producerID) has a transaction open here, this batch is not part of it")
    }
    return .append
  }

  /// Takes note of a batch that is in the log: after it was written, and when the log is replayed. Markers go to
  /// ``endTransaction(_:offset:now:)``; a marker's batch that compaction emptied comes here and leaves its epoch.
  mutating func record(_ batch: BatchHeader, baseOffset: Int64, now: Int64) {
    guard batch.hasProducer else { return }
    let lastOffset = baseOffset + Int64(batch.lastOffsetDelta)
    var opened = false
    if producers[batch.producerID] == nil { producers[batch.producerID] = ProducerState(epoch: batch.producerEpoch, lastSeen: now) }
    producers[batch.producerID]?.note(batch, baseOffset: baseOffset, lastOffset: lastOffset, now: now, opened: &opened)
    if opened { insert(OpenTransaction(firstOffset: baseOffset, producerID: batch.producerID)) }
  }

  /// Whether a marker may be written.
  ///
  /// - Throws: `INVALID_PRODUCER_EPOCH`, or `TRANSACTION_COORDINATOR_FENCED` when a newer coordinator has written one before.
  func check(_ marker: TransactionMarker) throws(AppendError) {
    guard let state = producers[marker.producerID] else { return }
    try checkEpoch(marker.producerEpoch, of: marker.producerID, state)
    guard marker.coordinatorEpoch >= state.coordinatorEpoch else {
      throw AppendError(
        code: .transactionCoordinatorFenced,
        message: "marker of coordinator epoch \(marker.coordinatorEpoch), epoch \(state.coordinatorEpoch) has written since")
    }
  }

  /// Takes note of a marker at `offset`: after it was written, and when the log is replayed.
  ///
  /// - Returns: the transaction it ended, or nil when the producer had written nothing here since the last marker.
  /// - Throws: what ``check(_:)`` throws; nothing has changed then.
  mutating func endTransaction(_ marker: TransactionMarker, offset: Int64, now: Int64) throws(AppendError) -> CompletedTransaction? {
    try check(marker)
    var state = producers[marker.producerID] ?? ProducerState(epoch: marker.producerEpoch, lastSeen: now)
    let firstOffset = state.transactionFirstOffset
    state.enter(epoch: marker.producerEpoch)
    state.coordinatorEpoch = marker.coordinatorEpoch
    state.transactionFirstOffset = nil
    state.lastSeen = now
    producers[marker.producerID] = state
    guard let firstOffset else { return nil }
    openTransactions.removeAll { $0.producerID == marker.producerID }
    return CompletedTransaction(
      producerID: marker.producerID, firstOffset: firstOffset, lastOffset: offset, aborted: marker.outcome == .abort,
      lastStableOffset: firstOpenTransactionOffset ?? offset + 1)
  }

  /// Forgets producers that were silent for too long; never one with an open transaction.
  mutating func expire(now: Int64) {
    let limit = expirationMillis
    guard producers.contains(where: { $1.isExpired(now: now, after: limit) }) else { return }
    producers = producers.filter { !$1.isExpired(now: now, after: limit) }
  }

  private mutating func insert(_ transaction: OpenTransaction) {
    let place = openTransactions.lastIndex { $0.firstOffset < transaction.firstOffset }.map { $0 + 1 } ?? 0
    openTransactions.insert(transaction, at: place)
  }

  private func checkEpoch(_ epoch: Int16, of producerID: Int64, _ state: ProducerState) throws(AppendError) {
    guard epoch < state.epoch else { return }
    throw AppendError(
      code: .invalidProducerEpoch, message: "producer \(producerID) writes with epoch \(epoch), epoch \(state.epoch) has written since")
  }

  private func checkSequence(_ batch: BatchHeader, _ state: ProducerState) throws(AppendError) {
    if batch.producerEpoch != state.epoch {
      guard batch.baseSequence == 0 else {
        throw AppendError(
          code: .outOfOrderSequenceNumber,
          message: "producer \(batch.producerID) starts its epoch \(batch.producerEpoch) with sequence \(batch.baseSequence), not 0")
      }
    } else if !state.isNext(batch.baseSequence) {
      throw AppendError(
        code: .outOfOrderSequenceNumber,
        message: "producer \(batch.producerID) sends sequence \(batch.baseSequence) after \(state.lastSequence)")
    }
  }
}
