public import Postgres

/// A place between two transactions: everything committed up to here is before it.
public struct CommitPosition: Hashable, Comparable, Sendable {
  /// LSN of the last commit record before this place.
  public var commitLSN: LSN
  /// Where that transaction's WAL ends: what the slot may be told, and `sequence[0]` of the records that follow.
  public var endLSN: LSN

  /// Makes a position.
  public init(commitLSN: LSN, endLSN: LSN) {
    self.commitLSN = commitLSN
    self.endLSN = endLSN
  }

  /// By the end of the transaction.
  public static func < (a: CommitPosition, b: CommitPosition) -> Bool { a.endLSN < b.endLSN }
}
