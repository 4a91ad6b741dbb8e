import Commands
import Postgres
import Testing

struct IdempotencyTests {
  @Test func aRepeatGetsTheFirstAnswer() async throws {
    try await CommandTestDatabase.run { database in
      let first = try await database.bus.submit(database.deposit("a", 5, key: "k1"))
      _ = try await database.bus.submit(database.deposit("a", 5))
      var again = try await database.bus.submit(database.deposit("a", 5, key: "k1"))
      #expect(again.replayed)
      again.replayed = false
      #expect(again == first)
      #expect(try await database.count("SELECT count(*) FROM sluice.events") == 2)
    }
  }

  @Test func aRefusalIsRepeatedToo() async throws {
    try await CommandTestDatabase.run { database in
      await #expect(throws: CommandError.rejected(rule: "the account has 0")) {
        try await database.bus.submit(database.withdraw("a", 1, key: "k"))
      }
      _ = try await database.bus.submit(database.deposit("a", 5))
      await #expect(throws: CommandError.rejected(rule: "the account has 0")) {
        try await database.bus.submit(database.withdraw("a", 1, key: "k"))
      }
    }
  }

  @Test func anotherRequestUnderTheSameKey() async throws {
    try await CommandTestDatabase.run { database in
      _ = try await database.bus.submit(database.deposit("a", 5, key: "k"))
      for request in [
        database.deposit("a", 6, key: "k"), database.withdraw("a", 5, key: "k"), database.deposit("a", 5, key: "k", expectedVersion: 0),
      ] {
        await #expect(throws: CommandError.idempotencyKeyReused) { try await database.bus.submit(request) }
      }
      #expect(try await database.count("SELECT count(*) FROM sluice.events") == 1)
    }
  }

  @Test func concurrentDuplicatesHaveOneEffect() async throws {
    try await CommandTestDatabase.run { database in
      let receipts = try await withThrowingTaskGroup(of: CommandReceipt.self) { group in
        for _ in 0..<20 { group.addTask { try await database.bus.submit(database.deposit("a", 5, key: "same")) } }
        return try await group.reduce(into: [CommandReceipt]()) { $0.append($1) }
      }
      #expect(receipts.filter { !$0.replayed }.count == 1)
      #expect(Set(receipts.map(\.commandID)).count == 1)
      #expect(receipts.allSatisfy { $0.version == 1 })
      #expect(try await database.count("SELECT count(*) FROM sluice.events") == 1)
    }
  }

  @Test func keysExpireAndArePruned() async throws {
    try await CommandTestDatabase.run({ $0.pruneLimit = 3 }) { database in
      for number in 0..<7 { _ = try await database.bus.submit(database.deposit("a", 1, key: "k\(number)")) }
      #expect(try await database.bus.prune() == 0)
      try await database.pool.execute(
        "UPDATE sluice.idempotency_keys SET expires_at = now() - interval '1 second' WHERE key <> 'k6'")
      // An expired key that nobody pruned yet is free.
      #expect(try await !database.bus.submit(database.deposit("a", 1, key: "k0")).replayed)
      #expect(try await database.bus.prune() == 5)
      #expect(try await database.count("SELECT count(*) FROM sluice.idempotency_keys") == 2)
      // The log goes later, and never while a key answers with it.
      try await database.pool.execute("UPDATE sluice.commands SET accepted_at = now() - interval '30 days'")
      #expect(try await database.bus.prune() == 6)
      #expect(try await database.bus.submit(database.deposit("a", 1, key: "k6")).replayed)
    }
  }
}
