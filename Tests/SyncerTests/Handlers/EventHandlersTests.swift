import Kafka
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// Handlers in Swift over a real read database: registrations, versions, unknown events, and the inbox.
@Suite struct EventHandlersTests {
  private static let topic = "outbox.event.order"

  private func event(_ id: String?, _ type: String, version: Int = 1, data: String = "{}", offset: Int64 = 0) -> ChangeRecord {
    var headers = [("eventType", type), ("schemaVersion", "\(version)")]
    if let id { headers.append(("id", id)) }
    return ChangeRecord(
      parsing: ConsumerRecord(
        topic: Self.topic, partition: 0, offset: offset, timestamp: 1, timestampType: .createTime, key: Array("o-1".utf8),
        value: Array(data.utf8), headers: headers.map { Header(name: $0.0, value: Array($0.1.utf8)) }))
  }

  private func change(_ operation: String, offset: Int64) -> ChangeRecord {
    ChangeRecord(
      parsing: ConsumerRecord(
        topic: "shop.public.items", partition: 0, offset: offset, timestamp: 1, timestampType: .createTime, key: Array(#"{"id":1}"#.utf8),
        value: Records.envelope(1, operation: operation)))
  }

  /// Writes each call into a table.
  private func ledger(unknown: UnknownEventPolicy = .skip, inbox: EventInbox? = nil) -> EventHandlers {
    var handlers = EventHandlers(name: "ledger", unknown: unknown, inbox: inbox)
    handlers.on("Placed", versions: 2...2, topic: Self.topic) { event, transaction in
      try await transaction.execute(
        "INSERT INTO ledger VALUES (\(event.id), \(String(decoding: event.data, as: UTF8.self)), \(event.kind.description))")
    }
    handlers.upcast("Placed", from: 1) { event in
      guard event.data != Array("bad".utf8) else { throw MalformedValue(reason: "bad") }
      event.data = Array(#"{"upcast":true}"#.utf8)
    }
    return handlers
  }

  private func with(_ handlers: EventHandlers, _ body: (Connection) async throws -> Void) async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger("handlers"))
      let result: Result<Void, any Error>
      do {
        try await connection.executeScript("CREATE TABLE ledger (id text, data text, kind text)")
        try await handlers.prepare(connection)
        result = .success(try await body(connection))
      } catch { result = .failure(error) }
      await connection.close()
      try result.get()
    }
  }

  private func ledger(_ connection: Connection) async throws -> [String] {
    try await connection.query("SELECT coalesce(id, '-') || ' ' || kind || ' ' || data FROM ledger ORDER BY ctid").map {
      try $0[0, as: String.self]
    }
  }

  @Test("events are handled in order, old versions upcast, and those nobody registered for passed over")
  func order() async throws {
    let handlers = ledger()
    try await with(handlers) { connection in
      let records = [
        event("a", "Placed", version: 2, data: #"{"n":1}"#), event("b", "Shipped"), event("c", "Placed", version: 1),
        event(nil, "Placed", version: 2, data: #"{"n":3}"#),
      ]
      #expect(records.allSatisfy(handlers.accepts))
      try await connection.transaction { try await handlers.apply(records, in: $0) }
      #expect(try await ledger(connection) == [#"a Placed v2 {"n":1}"#, #"c Placed v2 {"upcast":true}"#, #"- Placed v2 {"n":3}"#])
    }
  }

  @Test("an event that is sent again is handled once, within a batch and across batches, and not forgotten by a rollback")
  func inbox() async throws {
    let handlers = ledger(inbox: EventInbox())
    try await with(handlers) { connection in
      let first = [event("a", "Placed", version: 2), event("a", "Placed", version: 2, offset: 1), event("b", "Placed", version: 2)]
      struct Stop: Error {}
      try? await connection.transaction { transaction in
        try await handlers.apply(first, in: transaction)
        throw Stop()
      }
      #expect(try await ledger(connection).isEmpty)
      try await connection.transaction { try await handlers.apply(first, in: $0) }
      try await connection.transaction {
        try await handlers.apply([event("b", "Placed", version: 2), event("c", "Placed", version: 2)], in: $0)
      }
      #expect(try await ledger(connection).map { String($0.prefix(1)) } == ["a", "b", "c"])
    }
  }

  @Test("two transactions that get one event at the same time handle it once")
  func race() async throws {
    let handlers = ledger(inbox: EventInbox())
    try await withTestDatabase { database in
      let pool = Pool(configuration: database, maxConnections: 3, logger: testLogger("handlers"))
      let running = Task { await pool.run() }
      defer { running.cancel() }
      try await pool.withConnection { connection in
        try await connection.executeScript("CREATE TABLE ledger (id text, data text, kind text)")
        try await handlers.prepare(connection)
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            for id in 0..<50 {
              try await pool.transaction { try await handlers.apply([event("e\(id)", "Placed", version: 2)], in: $0) }
            }
          }
        }
        try await group.waitForAll()
      }
      let count = try await pool.withConnection { try await ledger($0).count }
      #expect(count == 50)
    }
  }

  @Test("an event without an ID is refused where each is to be handled once")
  func missingID() async throws {
    let handlers = ledger(inbox: EventInbox())
    try await with(handlers) { connection in
      let failure = await #expect(throws: RecordFailure.self) {
        try await connection.transaction {
          try await handlers.apply([event("a", "Placed", version: 2), event(nil, "Placed", version: 2)], in: $0)
        }
      }
      #expect(failure?.index == 1)
      #expect(failure?.reason == "ledger handles each event once and needs its ID (header id)")
    }
  }

  @Test("an unknown event parks its key or stops the syncer where the policy says so")
  func unknown() async throws {
    let records = [event("a", "Placed", version: 2), event("b", "Placed", version: 7, offset: 41)]
    for policy in [UnknownEventPolicy.park, .stop] {
      let handlers = ledger(unknown: policy)
      try await with(handlers) { connection in
        do {
          try await connection.transaction { try await handlers.apply(records, in: $0) }
          Issue.record("an unknown event was passed over")
        } catch let failure as RecordFailure {
          #expect(policy == .park)
          #expect(failure.index == 1)
          #expect(failure.reason == "ledger has no handler for Placed v7")
        } catch let stop as UnknownEvent {
          #expect(policy == .stop)
          #expect(stop.place == "outbox.event.order[0]@41")
        }
        #expect(try await ledger(connection).isEmpty)
      }
    }
  }

  @Test("what an upcaster and what a handler throws names the record at fault")
  func failures() async throws {
    let handlers = ledger()
    try await with(handlers) { connection in
      let bad = await #expect(throws: RecordFailure.self) {
        try await connection.transaction {
          try await handlers.apply([event("a", "Placed", version: 2), event("b", "Placed", version: 1, data: "bad")], in: $0)
        }
      }
      #expect(bad?.index == 1)
      #expect(bad?.reason == "ledger could not bring Placed v1 to version 2")
      try await connection.executeScript("ALTER TABLE ledger ADD CHECK (id <> 'c')")
      let refused = await #expect(throws: RecordFailure.self) {
        try await connection.transaction {
          try await handlers.apply([event("a", "Placed", version: 2), event("c", "Placed", version: 2)], in: $0)
        }
      }
      #expect(refused?.index == 1)
      #expect((refused?.cause as? PostgresError)?.sqlState == .checkViolation)
    }
  }

  @Test("changes of a registered table are handled, other tables and other operations are not accepted")
  func tables() async throws {
    var handlers = EventHandlers(name: "changes", inbox: EventInbox())
    handlers.on(table: "public.items", [.create]) { change, transaction in
      try await transaction.execute("INSERT INTO ledger VALUES (\(String(change.offset)), '', '')")
    }
    let registered = handlers
    try await with(registered) { connection in
      let created = change("c", offset: 1), updated = change("u", offset: 2)
      #expect(registered.accepts(created))
      #expect(!registered.accepts(updated))
      // The same change twice, as a copy of the topic has it.
      try await connection.transaction { try await registered.apply([created, created], in: $0) }
      #expect(try await ledger(connection).count == 1)
    }
  }

  @Test("the inbox forgets what is older than the retention, in steps")
  func pruning() async throws {
    let store = ProcessedEventsStore(handler: "ledger")
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger("handlers"))
      defer { Task { await connection.close() } }
      try await store.prepare(connection)
      _ = try await store.take(["old1", "old2", "old3"], in: connection)
      try await connection.execute("UPDATE processed_events SET processed_at = now() - interval '2 days'")
      _ = try await store.take(["new"], in: connection)
      let inbox = EventInbox(retention: .seconds(86_400), stepSize: 2)
      #expect(try await store.prune(inbox, on: connection) == 2)
      #expect(try await store.prune(inbox, on: connection) == 1)
      #expect(try await store.prune(inbox, on: connection) == 0)
      #expect(try await store.take(["new", "old1"], in: connection) == ["old1"])
    }
  }
}
