import Postgres
import Synchronization
import TestSupport

/// Writes to a ledger, one small transaction after the other, at a steady pace, until it is told to stop.
final class LedgerLoad: Sendable {
  private let installation: Installation
  private let seed: UInt64
  private let committed = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)

  init(_ installation: Installation, seed: UInt64) {
    self.installation = installation
    self.seed = seed
  }

  /// Transactions committed so far.
  var count: Int { committed.load(ordering: .relaxed) }

  /// Runs the load beside `body`; it ends with it.
  func run(_ body: () async throws -> Void) async throws {
    let writing = Task { try await write() }
    do { try await body() } catch {
      isStopped.store(true, ordering: .relaxed)
      _ = await writing.result
      throw error
    }
    isStopped.store(true, ordering: .relaxed)
    try await writing.value
  }

  /// Waits until so many further transactions are committed: the load's pace makes it a time, and the seed repeats it.
  func advance(by transactions: Int) async throws {
    let goal = count + transactions
    try await eventually(within: .seconds(60), every: .milliseconds(5), "\(transactions) transactions") { count >= goal }
  }

  private func write() async throws {
    var random = SeededRandom(seed: seed)
    var pace = Pace(every: .milliseconds(10))
    try await installation.connected(installation.write) { connection in
      while !isStopped.load(ordering: .relaxed) {
        let choice = Int.random(in: 0..<10, using: &random)
        let id = Int32.random(in: 1...60, using: &random)
        let amount = Int64.random(in: -500...500, using: &random)
        try await connection.transaction { try await Self.change($0, choice: choice, id: id, amount: amount) }
        committed.add(1, ordering: .relaxed)
        try await pace.next()
      }
    }
  }

  private static func change(_ transaction: Connection, choice: Int, id: Int32, amount: Int64) async throws {
    switch choice {
    case 0:
      try await transaction.execute("DELETE FROM positions WHERE account_id = \(id)")
      try await transaction.execute("DELETE FROM accounts WHERE id = \(id)")
    case 1:
      // A large value that later updates leave alone, so that their events do not carry it.
      try await transaction.execute(
        "UPDATE accounts SET note = \(unescaped: Ledger.largeText("id + balance")) WHERE id = \(id)")
    case 2:
      // Rows move to another key, and some of them back.
      try await transaction.execute("UPDATE notes SET id = -id WHERE id = \(id)")
      try await transaction.execute("UPDATE notes SET id = -id WHERE id = -\(id) AND \(amount) > 0")
      try await transaction.execute("UPDATE positions SET line = line + 1000 WHERE account_id = \(id)")
    default:
      try await transaction.execute(
        """
        INSERT INTO accounts (id, owner, balance) VALUES (\(id), 'owner ' || \(id)::int, \(amount)::numeric)
        ON CONFLICT (id) DO UPDATE SET balance = accounts.balance + excluded.balance
        """)
      try await transaction.execute(
        """
        INSERT INTO positions (account_id, line, amount)
        SELECT \(id), coalesce(max(line), 0) + 1, \(amount) FROM positions WHERE account_id = \(id)
        """)
    }
    try await transaction.execute("INSERT INTO journal (account_id, what) VALUES (\(id), 'change ' || \(amount)::bigint)")
  }
}
