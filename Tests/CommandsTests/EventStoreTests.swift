import Commands
import FoundationEssentials
import Postgres
import Testing

struct EventStoreTests {
  private let metadata = EventMetadata(commandID: UUID(), commandName: "test", position: LSN(rawValue: 1))

  private func append(_ count: Int, to id: String, expectedVersion: Int64, on connection: Connection) async throws -> Int64 {
    try await EventStore().append(
      (0..<count).map { Account.Event(change: Int64($0) + 1) }, of: Account.self, id: id, expectedVersion: expectedVersion,
      metadata: metadata, on: connection)
  }

  @Test func foldsWhatWasAppended() async throws {
    try await CommandTestDatabase.run { database in
      try await database.pool.withConnection { connection in
        #expect(try await connection.transaction { try await append(3, to: "a", expectedVersion: 0, on: $0) } == 3)
        let loaded = try await EventStore().load(Account.self, id: "a", on: connection)
        #expect(loaded.version == 3 && loaded.state.balance == 6)
        #expect(try await EventStore().load(Account.self, id: "nobody", on: connection).version == 0)
      }
    }
  }

  @Test func twoWritersWithoutALockOneConflict() async throws {
    try await CommandTestDatabase.run { database in
      let outcomes = await withTaskGroup(of: CommandError?.self) { group in
        for _ in 0..<2 {
          group.addTask {
            do {
              _ = try await database.pool.transaction { try await append(1, to: "a", expectedVersion: 0, on: $0) }
              return nil
            } catch {
              return error as? CommandError ?? .unavailable
            }
          }
        }
        return await group.reduce(into: [CommandError?]()) { $0.append($1) }
      }
      #expect(outcomes.compactMap { $0 } == [.conflict(aggregateID: "a", expected: 0, actual: 1)])
      let stored = try await database.count("SELECT count(*) FROM sluice.events")
      #expect(stored == 1)
    }
  }

  @Test func aGapInTheStoreIsAnErrorNotAState() async throws {
    try await CommandTestDatabase.run { database in
      try await database.pool.withConnection { connection in
        _ = try await connection.transaction { try await append(3, to: "a", expectedVersion: 0, on: $0) }
        try await connection.execute("DELETE FROM sluice.events WHERE version = 2")
        await #expect(throws: EventDecodingError.self) { try await EventStore().load(Account.self, id: "a", on: connection) }
      }
    }
  }

  @Test func theOutboxIsEmptyAndTheWALIsNot() async throws {
    try await CommandTestDatabase.run { database in
      let wal = try await WALReader(database)
      _ = try await database.bus.submit(database.deposit("a", 1))
      _ = try await database.bus.submit(database.deposit("a", 2))
      await #expect(throws: CommandError.self) { try await database.bus.submit(database.withdraw("a", 9)) }
      try await database.pool.transaction { connection in
        try await Outbox().send(
          [
            OutboxMessage(aggregateType: "mail", aggregateID: "a", type: "Sent", payload: Array(#"{"n":1}"#.utf8), version: 1),
            OutboxMessage(aggregateType: "mail", aggregateID: "a", type: "Erased", payload: nil, version: 2),
          ], on: connection)
      }
      #expect(try await database.count("SELECT count(*) FROM sluice.outbox") == 0)
      let messages = try await wal.inserted()
      #expect(messages.count == 4)
      #expect(messages.first?.contains("Deposited") == true && messages.last?.contains("Erased") == true)
    }
  }

  @Test func historyIsSentAgainInOrder() async throws {
    try await CommandTestDatabase.run { database in
      for round in 1...3 {
        for account in ["a", "b", "c"] { _ = try await database.bus.submit(database.deposit(account, round)) }
      }
      let wal = try await WALReader(database)
      let progress = Progress()
      try await database.pool.withConnection { connection in
        let sent = try await EventStore().republish(aggregateType: "account", chunk: 4, on: connection) { await progress.add($0) }
        #expect(sent == 9)
        #expect(try await EventStore().republish(aggregateType: "nothing", on: connection) == 0)
        let events = try await EventStore().events(on: connection)
        #expect(await progress.all.map(\.sent) == [4, 8, 9])
        #expect(await progress.all.last?.position == events.last?.position)
        let messages = try await wal.inserted()
        #expect(messages.count == 9)
        for (event, message) in zip(events, messages) {
          #expect(message.contains(event.eventID.uuidString.lowercased()))
        }
        // From where an interrupted run stopped.
        #expect(try await EventStore().republish(after: events[6].position, on: connection) == 2)
      }
      #expect(try await database.count("SELECT count(*) FROM sluice.outbox") == 0)
    }
  }

  private actor Progress {
    var all: [RepublishProgress] = []
    func add(_ progress: RepublishProgress) { all.append(progress) }
  }
}
