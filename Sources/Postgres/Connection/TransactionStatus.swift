/// Where a connection stands.
public enum TransactionStatus: Sendable, Hashable {
  /// No transaction is open.
  case idle
  /// A statement runs.
  case active
  /// A transaction is open.
  case open
  /// A transaction is open and has failed: only a rollback is taken.
  case failed
  /// There is no connection.
  case unknown

  init(libpq status: Int) {
    switch status {
    case 0: self = .idle
    case 1: self = .active
    case 2: self = .open
    case 3: self = .failed
    default: self = .unknown
    }
  }
}
