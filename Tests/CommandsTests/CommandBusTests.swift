import Commands
import FoundationEssentials
import Postgres
import Testing

struct CommandBusTests {
  @Test func aReceiptSaysWhatWasWritten() async throws {
    try await CommandTestDatabase.run { database in
      let request = database.deposit("a", 10)
      let first = try await database.bus.submit(request)
      #expect(first.commandID == request.commandID)
      #expect(first.aggregateType == "account" && first.aggregateID == "a")
      #expect(first.version == 1 && !first.replayed)
      let second = try await database.bus.submit(database.withdraw("a", 4))
      #expect(second.version == 2)
      let positions = [LSN(first.position), LSN(second.position)].compactMap { $0 }
      #expect(positions.count == 2 && positions[0] < positions[1])
      let status = try #require(try await database.bus.status(of: first.commandID))
      #expect(status.state == .completed && status.version == 1 && status.position == first.position && status.name == "deposit")
      #expect(status.finishedAtMicroseconds ?? 0 >= status.acceptedAtMicroseconds)
      #expect(try await database.bus.status(of: UUID()) == nil)
    }
  }

  @Test func aFulfilledIntentWritesNothing() async throws {
    try await CommandTestDatabase.run { database in
      _ = try await database.bus.submit(database.deposit("a", 10))
      #expect(try await database.bus.submit(database.deposit("a", 0)).version == 1)
      #expect(try await database.count("SELECT count(*) FROM sluice.events") == 1)
    }
  }

  @Test func aRefusedCommandLeavesItsLogEntryAlone() async throws {
    try await CommandTestDatabase.run { database in
      _ = try await database.bus.submit(database.deposit("a", 3))
      let request = database.withdraw("a", 4)
      await #expect(throws: CommandError.rejected(rule: "the account has 3")) { try await database.bus.submit(request) }
      let status = try #require(try await database.bus.status(of: request.commandID))
      #expect(status.state == .rejected && status.reason == "the account has 3" && status.aggregateID == "a" && status.version == nil)
      #expect(try await database.count("SELECT count(*) FROM sluice.events") == 1)
    }
  }

  @Test func theExpectedVersionIsCompared() async throws {
    try await CommandTestDatabase.run { database in
      let first = try await database.bus.submit(database.deposit("a", 1, expectedVersion: 0))
      #expect(first.version == 1)
      await #expect(throws: CommandError.conflict(aggregateID: "a", expected: 0, actual: 1)) {
        try await database.bus.submit(database.deposit("a", 1, expectedVersion: 0))
      }
      #expect(try await database.bus.submit(database.deposit("a", 1, expectedVersion: 1)).version == 2)
    }
  }

  @Test func whatCannotBeACommand() async throws {
    try await CommandTestDatabase.run { database in
      await #expect(throws: CommandError.unknownCommand("nonsense")) {
        try await database.bus.submit(CommandRequest(name: "nonsense", body: Array("{}".utf8)))
      }
      for body in ["", "x", "[]", "{}", #"{"account":"a","amount":"1"}"#, #"{"account":"a","amount":1,"more":1}"#] {
        let error = try await #require(throws: CommandError.self) {
          try await database.bus.submit(CommandRequest(name: "deposit", body: Array(body.utf8)))
        }
        guard case .invalid = error else {
          Issue.record("\(body): \(error)")
          continue
        }
      }
      for request in [
        database.deposit("a", 1, key: ""), database.deposit("a", 1, key: "a b"), database.deposit("a", 1, expectedVersion: -1),
      ] {
        await #expect(throws: CommandError.self) { try await database.bus.submit(request) }
      }
      #expect(try await database.count("SELECT count(*) FROM sluice.commands") == 0)
    }
  }

  @Test func manyWritersOfOneAggregateGetOneVersionEach() async throws {
    try await CommandTestDatabase.run { database in
      let receipts = try await withThrowingTaskGroup(of: CommandReceipt.self) { group in
        for _ in 0..<40 { group.addTask { try await database.bus.submit(database.deposit("a", 1)) } }
        return try await group.reduce(into: [CommandReceipt]()) { $0.append($1) }
      }
      let sorted = receipts.sorted { $0.version < $1.version }
      #expect(sorted.map(\.version) == Array(1...40))
      // Each position lies behind all that the version before wrote: it was taken under the lock.
      let positions = sorted.compactMap { LSN($0.position) }
      #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func aTransientFailureIsTriedAgain() async throws {
    try await CommandTestDatabase.run { database in
      try await database.pool.withConnection {
        try await $0.executeScript(
          """
          CREATE SEQUENCE attempts;
          CREATE FUNCTION trouble() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('attempts') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;
          END $$;
          """)
      }
      #expect(try await database.bus.submit(CommandRequest(name: "troubled", body: Array("{}".utf8))).version == 1)
      #expect(try await database.count("SELECT last_value FROM attempts") == 3)
    }
  }

  @Test func retriesAreBounded() async throws {
    try await CommandTestDatabase.run({ $0.maximumAttempts = 3 }) { database in
      try await database.pool.withConnection {
        try await $0.executeScript(
          """
          CREATE SEQUENCE attempts;
          CREATE FUNCTION trouble() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            PERFORM nextval('attempts'); RAISE EXCEPTION 'again' USING ERRCODE = '40P01';
          END $$;
          """)
      }
      await #expect(throws: CommandError.unavailable) {
        try await database.bus.submit(CommandRequest(name: "troubled", body: Array("{}".utf8)))
      }
      #expect(try await database.count("SELECT last_value FROM attempts") == 3)
      #expect(try await database.count("SELECT count(*) FROM sluice.commands") == 0)
    }
  }

  @Test func aConnectionThatDiesBeforeTheCommit() async throws {
    try await CommandTestDatabase.run { database in
      try await database.pool.withConnection {
        try await $0.executeScript(
          """
          CREATE SEQUENCE attempts;
          CREATE FUNCTION trouble() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('attempts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          END $$;
          """)
      }
      #expect(try await database.bus.submit(CommandRequest(name: "troubled", body: Array("{}".utf8))).version == 1)
    }
  }

  /// COMMIT runs the deferred trigger, which kills the session: the client cannot know the outcome, asks the log, and finds nothing.
  @Test func aCommitWithoutAnAnswerIsSettledByTheLog() async throws {
    try await CommandTestDatabase.run { database in
      try await database.pool.withConnection {
        try await $0.executeScript(
          """
          CREATE SEQUENCE attempts;
          CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('attempts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); END IF;
            RETURN NULL;
          END $$;
          CREATE CONSTRAINT TRIGGER die AFTER INSERT ON sluice.events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
          """)
      }
      #expect(try await database.bus.submit(database.deposit("a", 5, key: "k")).version == 1)
      #expect(try await database.count("SELECT count(*) FROM sluice.events") == 1)
      #expect(try await database.bus.submit(database.deposit("a", 5, key: "k")).replayed)
    }
  }

  @Test func aConstraintThatNobodyCheckedIsARefusal() async throws {
    try await CommandTestDatabase.run { database in
      try await database.pool.withConnection {
        try await $0.executeScript(
          """
          CREATE TABLE unique_table (id int PRIMARY KEY); INSERT INTO unique_table VALUES (1);
          CREATE FUNCTION trouble() RETURNS void LANGUAGE sql AS $$ INSERT INTO unique_table VALUES (1) $$;
          """)
      }
      let error = try await #require(throws: CommandError.self) {
        try await database.bus.submit(CommandRequest(name: "troubled", body: Array("{}".utf8)))
      }
      guard case .rejected(let rule) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!rule.contains("unique_table"))
    }
  }
}
