/// Where a transactional id stands (KIP-98; Kafka's `TransactionState`). The raw values are those of `__transaction_state`.
enum TransactionState: Int8, CaseIterable, Sendable {
  /// A producer was initialised and has not begun a transaction.
  case empty = 0
  /// Partitions were added.
  case ongoing = 1
  /// The decision to commit is durable; markers are being written. There is no way back.
  case prepareCommit = 2
  /// The decision to abort is durable; markers are being written. There is no way back.
  case prepareAbort = 3
  case completeCommit = 4
  case completeAbort = 5
  /// The id expired and is about to be forgotten. Never written to the log: a tombstone is.
  case dead = 6
  /// A producer is being fenced, which aborts its transaction. Never written to the log: the abort with the higher epoch is.
  case prepareEpochFence = 7

  /// The states from which this one may be entered.
  var predecessors: Set<TransactionState> {
    switch self {
    case .empty: [.empty, .completeCommit, .completeAbort]
    case .ongoing: [.ongoing, .empty, .completeCommit, .completeAbort]
    case .prepareCommit: [.ongoing]
    case .prepareAbort: [.ongoing, .prepareEpochFence]
    case .completeCommit: [.prepareCommit]
    case .completeAbort: [.prepareAbort]
    case .dead: [.empty, .completeCommit, .completeAbort]
    case .prepareEpochFence: [.ongoing]
    }
  }

  /// Whether a transactional id may be forgotten in this state.
  var mayExpire: Bool { self == .empty || self == .completeCommit || self == .completeAbort }

  /// Whether a transaction is open on partitions: begun, and its markers not all written.
  var isOpen: Bool { self == .ongoing || self == .prepareCommit || self == .prepareAbort }
}
