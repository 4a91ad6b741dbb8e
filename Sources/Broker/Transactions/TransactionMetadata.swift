/// What the coordinator knows about one transactional id: Kafka's `TransactionMetadata` as a value. Each transition is a function that
/// returns the metadata as it will be once the log has it; nothing is changed in place.
///
/// Epochs and ids of -1 mean none. Timestamps are in milliseconds since the Unix epoch.
struct TransactionMetadata: Equatable, Sendable {
  var producerID: Int64
  /// The producer id before the last `InitProducerId`; it differs when the epochs of that one were used up.
  var previousProducerID: Int64 = -1
  /// -1 until the first `InitProducerId` is in the log.
  var producerEpoch: Int16 = -1
  /// The epoch before the last bump that a producer asked for itself (KIP-360), so that a repeat of that request gets the same answer.
  var lastProducerEpoch: Int16 = -1
  var timeoutMilliseconds: Int32
  var state = TransactionState.empty
  /// The partitions of the transaction that have no marker yet.
  var partitions: Set<TopicPartition> = []
  /// When the first partition was added; -1 without a transaction.
  var startTimestamp: Int64 = -1
  var lastUpdateTimestamp: Int64

  /// Whether an epoch is the last that a producer may be given: one above it is kept, so that fencing is always possible.
  static func isExhausted(_ epoch: Int16) -> Bool { epoch >= Int16.max - 1 }

  /// Whether the transaction has been open for longer than its producer allowed.
  func isOverdue(now: Int64) -> Bool { state == .ongoing && startTimestamp + Int64(timeoutMilliseconds) < now }

  /// The metadata in another state.
  ///
  /// - Throws: ``TransactionStateError`` when there is no such transition.
  func moved(to next: TransactionState) throws(TransactionStateError) -> TransactionMetadata {
    guard next.predecessors.contains(state) else { throw TransactionStateError(from: state, to: next) }
    var moved = self
    moved.state = next
    return moved
  }
}
