import BenchmarkSupport
import Postgres

/// One SQL client: small and large transactions, rollbacks and savepoints; when the server goes away it comes back.
struct LoadClient: Sendable {
  let server: RestartableServer
  let number: Int
  let seed: UInt64

  private struct Regret: Error {}

  /// - Returns: transactions that were committed for sure.
  func run(until stop: StopFlag) async throws -> Int {
    var numbers = SeededNumbers(seed: seed, stream: 100 + UInt64(number))
    var committed = 0
    while !stop.isSet {
      do {
        let connection = try await server.connect()
        do {
          while !stop.isSet {
            do {
              try await connection.transaction { try await work(VersionedTable(connection: $0), $0, &numbers) }
              committed += 1
            } catch is Regret {
            } catch let error as PostgresError where error.classification == .retriable && connection.isOpen {
            }
            try await pause(.milliseconds(2))
          }
        } catch {
          await connection.close()
          throw error
        }
        await connection.close()
      } catch let error where error is PostgresError || error is CommitOutcomeUnknown {
        // It restarts: what was under way is committed or not, the history knows.
        try await pause(.milliseconds(100))
      }
    }
    return committed
  }

  private func work(_ table: VersionedTable, _ connection: Connection, _ numbers: inout SeededNumbers) async throws {
    func id(_ numbers: inout SeededNumbers) -> Int64 { Int64.random(in: 1...VersionedTable.rows, using: &numbers) }
    let kind = Int.random(in: 0..<100, using: &numbers)
    switch kind {
    case 0..<70:
      // Ascending, so that two clients cannot wait for each other.
      let ids = (0..<Int.random(in: 1...8, using: &numbers)).map { _ in id(&numbers) }.sorted()
      for id in ids {
        if Int.random(in: 0..<5, using: &numbers) == 0 {
          try await table.delete(id)
        } else {
          try await table.put(id, pad: Int64.random(in: 0...300, using: &numbers))
        }
      }
      if kind < 7 { throw Regret() }
    case 70..<90: try await table.put(id(&numbers), pad: 4000)
    case 90..<97: try await table.touch(from: id(&numbers), count: Int64.random(in: 10...400, using: &numbers))
    default:
      try await table.touch(from: 1, count: 800)
      let first = id(&numbers)
      do {
        try await connection.savepoint {
          try await VersionedTable(connection: $0).touch(from: max(first, 801), count: 1500)
          throw Regret()
        }
      } catch is Regret {}
      try await table.touch(from: 2000, count: 200)
    }
  }
}
