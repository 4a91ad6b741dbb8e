/// What one partition knows of one idempotent or transactional producer (Kafka's `ProducerStateEntry`).
struct ProducerState: Equatable, Sendable {
  /// How many batches are remembered: as many as a producer may have in flight (`max.in.flight.requests.per.connection`).
  static let retainedBatches = 5

  /// The newest epoch seen; older ones are fenced.
  var epoch: Int16
  /// The newest epoch of a coordinator that wrote a marker for it; -1 for none.
  var coordinatorEpoch: Int32 = -1
  /// When the producer was last heard of, milliseconds since the Unix epoch by the broker's clock; decides about expiry.
  var lastSeen: Int64
  /// Offset of the first record of the open transaction.
  var transactionFirstOffset: Int64?
  /// The last batches of the newest epoch, oldest first.
  private(set) var batches: [BatchMetadata] = []

  init(epoch: Int16, lastSeen: Int64) {
    self.epoch = epoch
    self.lastSeen = lastSeen
  }

  /// Sequence number of the last record; -1 at the start of an epoch.
  var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }

  /// Offset of the last record of data of this epoch.
  var lastDataOffset: Int64? { batches.last?.lastOffset }

  /// The remembered batch that has exactly these sequence numbers.
  func batch(from baseSequence: Int32, through lastSequence: Int32) -> BatchMetadata? {
    batches.first { $0.baseSequence == baseSequence && $0.lastSequence == lastSequence }
  }

  /// Takes up an epoch; a new one starts with sequence 0, so what was remembered of the old one is forgotten.
  mutating func enter(epoch: Int16) {
    guard epoch != self.epoch else { return }
    self.epoch = epoch
    batches.removeAll(keepingCapacity: true)
  }

  mutating func add(_ batch: BatchMetadata) {
    if batches.count >= Self.retainedBatches { batches.removeFirst() }
    batches.append(batch)
  }

  /// Whether `sequence` may follow what there is; sequence numbers wrap to 0 after `Int32.max`.
  func isNext(_ sequence: Int32) -> Bool {
    Int64(sequence) == Int64(lastSequence) + 1 || (sequence == 0 && lastSequence == Int32.max)
  }

  /// Takes note of a batch in the log; `opened` tells whether it began a transaction.
  mutating func note(_ batch: BatchHeader, baseOffset: Int64, lastOffset: Int64, now: Int64, opened: inout Bool) {
    // On replay a batch of an older epoch can stand behind a newer one only if a former broker let it: the newer epoch counts.
    guard batch.producerEpoch >= epoch else { return }
    enter(epoch: batch.producerEpoch)
    lastSeen = now
    guard !batch.isControl else { return }
    add(
      BatchMetadata(
        baseSequence: batch.baseSequence, lastSequence: batch.lastSequence, baseOffset: baseOffset, lastOffset: lastOffset,
        timestamp: batch.maxTimestamp))
    // An emptied batch is kept by compaction for its sequence alone: its transaction ended long ago, its marker may be gone.
    if batch.isTransactional, batch.recordCount > 0, transactionFirstOffset == nil {
      transactionFirstOffset = baseOffset
      opened = true
    }
  }

  func isExpired(now: Int64, after limit: Int64) -> Bool { transactionFirstOffset == nil && now - lastSeen >= limit }
}
