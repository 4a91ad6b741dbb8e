/// What the SQL clients did.
struct LedgerCounts: Sendable {
  var committed = 0
  var rolledBack = 0
  /// Given up by the server: deadlocks.
  var refused = 0
  /// Connections that broke.
  var interrupted = 0

  mutating func add(_ other: LedgerCounts) {
    committed += other.committed
    rolledBack += other.rolledBack
    refused += other.refused
    interrupted += other.interrupted
  }
}
