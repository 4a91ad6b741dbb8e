import BenchmarkSupport

/// What one client of the ledger has and where it stands.
struct LedgerLife: Sendable {
  var numbers: SeededNumbers
  /// Accounts of this client's own.
  var accounts: [Int64] = []
  var nextAccount: Int64
  var nextEntry: Int64 = 1

  mutating func pick(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &numbers) }
}
