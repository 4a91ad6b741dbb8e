import BenchmarkSupport
import Postgres

/// One client of the ledger: a transaction after the other, so many a second.
struct LedgerClient: Sendable {
  let stage: Stage
  let number: Int
  let seed: UInt64
  private let transactionsPerSecond = 90.0

  /// Rolled back on purpose.
  private struct Regret: Error {}

  /// Works until it is time to go home. When the server goes away it comes back, and asks what has become of its last transaction.
  func run(_ gate: LoadGate) async throws -> LedgerCounts {
    var counts = LedgerCounts()
    var numbers = SeededNumbers(seed: seed, stream: 100 + UInt64(number))
    while !gate.isOver {
      do {
        try await stage.with(try await stage.writeConnection()) { connection in
          var life = try await LedgerTable(connection).life(of: number, numbers)
          defer { numbers = life.numbers }
          var next = ContinuousClock.now
          while connection.isOpen, try await gate.work({ try await transaction(connection, &life, &counts) }) != nil {
            next = max(next + .seconds(1 / transactionsPerSecond), .now - .milliseconds(200))
            try await pause(until: next)
          }
        }
      } catch let error where error is PostgresError || error is CommitOutcomeUnknown {
        counts.interrupted += 1
        try await pause(.milliseconds(100))
      }
    }
    return counts
  }

  private func transaction(_ connection: Connection, _ life: inout LedgerLife, _ counts: inout LedgerCounts) async throws {
    var attempt = life
    do {
      try await connection.transaction { try await step(LedgerTable($0), $0, &attempt) }
      life = attempt
      counts.committed += 1
    } catch is Regret {
      life.numbers = attempt.numbers
      counts.rolledBack += 1
    } catch let error as PostgresError where error.classification == .retriable && connection.isOpen {
      life.numbers = attempt.numbers
      counts.refused += 1
    }
  }

  private func step(_ table: LedgerTable, _ connection: Connection, _ life: inout LedgerLife) async throws {
    switch life.pick(0...99) {
    case 0..<44: try await transfer(table, &life)
    case 44..<58: try await open(table, &life)
    case 58..<66: try await close(table, &life)
    case 66..<72: try await reopen(table, &life)
    case 72..<80: try await rename(table, &life)
    case 80..<88: try await table.annotate(account(&life), life.pick(0...9) == 0 ? nil : text(&life))
    case 88..<90:
      let first = life.pick(1...LedgerTable.shared - 200)
      try await table.credit(first...first + life.pick(1...200))
    case 90..<95:
      try await transfer(table, &life)
      throw Regret()
    default: try await halfRegretted(table, connection, &life)
    }
  }

  private func transfer(_ table: LedgerTable, _ life: inout LedgerLife) async throws {
    let (from, to, amount) = (account(&life), account(&life), life.pick(1...100_000))
    try await table.move(amount, from: from, to: to)
    try await entry(table, from, -amount, &life)
    try await entry(table, to, amount, &life)
  }

  private func entry(_ table: LedgerTable, _ account: Int64, _ amount: Int64, _ life: inout LedgerLife) async throws {
    let memo = life.pick(0...3) == 0 ? nil : "entry \(life.nextEntry) of client \(number)"
    try await table.write(client: number, number: life.nextEntry, account: account, amount: amount, memo: memo)
    life.nextEntry += 1
  }

  private func open(_ table: LedgerTable, _ life: inout LedgerLife) async throws {
    life.nextAccount += 1
    try await table.open(life.nextAccount, owner: "Client \(number)", note: life.pick(0...2) == 0 ? text(&life) : nil)
    life.accounts.append(life.nextAccount)
  }

  private func close(_ table: LedgerTable, _ life: inout LedgerLife) async throws {
    guard let id = own(&life) else { return try await open(table, &life) }
    life.accounts.removeAll { $0 == id }
    try await table.close(id)
  }

  /// Deleted and made anew in one transaction, under the same key.
  private func reopen(_ table: LedgerTable, _ life: inout LedgerLife) async throws {
    guard let id = own(&life) else { return try await open(table, &life) }
    try await table.close(id)
    try await table.open(id, owner: "Client \(number), again", note: nil)
  }

  /// A row's key changes.
  private func rename(_ table: LedgerTable, _ life: inout LedgerLife) async throws {
    guard let id = own(&life), let index = life.accounts.firstIndex(of: id) else { return try await open(table, &life) }
    // Odd stays odd: the row stays in its table.
    life.nextAccount += 1
    let other = life.nextAccount % 2 == id % 2 ? life.nextAccount : life.nextAccount + 1
    life.nextAccount = other
    if try await table.rename(id, to: other) { life.accounts[index] = other }
  }

  private func halfRegretted(_ table: LedgerTable, _ connection: Connection, _ life: inout LedgerLife) async throws {
    try await transfer(table, &life)
    var attempt = life
    do {
      try await connection.savepoint {
        try await transfer(LedgerTable($0), &attempt)
        throw Regret()
      }
    } catch is Regret {
      life.numbers = attempt.numbers
    }
    try await table.annotate(account(&life), "after a savepoint")
  }

  private func account(_ life: inout LedgerLife) -> Int64 {
    life.pick(0...3) == 0 ? own(&life) ?? 1 : life.pick(1...LedgerTable.shared)
  }

  private func own(_ life: inout LedgerLife) -> Int64? { life.accounts.randomElement(using: &life.numbers) }

  /// Too long for its row, and of characters that JSON has to escape.
  private func text(_ life: inout LedgerLife) -> String {
    let word = String(life.numbers.next(), radix: 36)
    return String(repeating: "\(word) \"Grüße\" \\ 👍\n", count: Int(life.pick(80...160)))
  }
}
