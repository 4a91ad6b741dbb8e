import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// What a snapshot reads, in which order, and how it is marked.
@Suite struct SnapshotTests {
  private static func with(_ script: String, _ body: (ConnectionConfiguration, Connection) async throws -> Void) async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.executeScript(script)
      try await body(database, connection)
      await connection.close()
    }
  }

  /// Runs a snapshot and gives its records.
  private static func snapshot(
    _ database: ConnectionConfiguration, _ settings: [String: String], offsets: MemoryOffsetStore = MemoryOffsetStore()
  ) async throws -> [SnapshotRecord] {
    let sink = CollectingSink()
    let engine = CaptureEngine(
      configuration: try CaptureRun.configuration(database, settings), sink: sink, offsets: offsets, logger: testLogger())
    if settings["snapshot.mode"] == "initial_only" {
      try await engine.run()
    } else {
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
    }
    return sink.lines.compactMap { SnapshotRecord($0) }
  }

  private static let three =
    """
    CREATE TABLE a (id int PRIMARY KEY, pad text); CREATE TABLE b (id int PRIMARY KEY, pad text); CREATE TABLE c (id int PRIMARY KEY, pad text);
    INSERT INTO a SELECT i, repeat('x', 400) FROM generate_series(1, 300) i; INSERT INTO b VALUES (1, 'x'), (2, NULL);
    INSERT INTO c SELECT i, repeat('x', 400) FROM generate_series(1, 1000) i;
    """

  @Test(arguments: ["1", "4"]) func partsOfTablesMakeTheWhole(_ threads: String) async throws {
    try await Self.with(Self.three) { database, _ in
      let records = try await Self.snapshot(
        database, ["snapshot.max.threads": threads, "snapshot.max.threads.multiplier": "2", "sluice.snapshot.chunk.pages": "5"])
      #expect(records.count == 1302)
      #expect(Set(records.map(\.id)).count == 1302)
      #expect(records.filter { $0.marker == "first" }.count == 1)
      #expect(records.first?.marker == "first")
      #expect(records.last?.marker == "last")
      #expect(records.filter { $0.marker == "last" }.count == 1)
      #expect(Set(records.filter { $0.marker == "first_in_data_collection" }.map(\.table)) == ["b", "c"])
      #expect(Set(records.filter { $0.marker == "last_in_data_collection" }.map(\.table)) == (threads == "1" ? ["a", "b"] : ["a", "b"]))
      #expect(Set(records.map(\.lsn)).count == 1)
      if threads == "1" {
        #expect(records.map(\.table) == Array(repeating: "a", count: 300) + ["b", "b"] + Array(repeating: "c", count: 1000))
      }
    }
  }

  @Test func tablesGoInTheOrderOfTheirPatterns() async throws {
    try await Self.with(Self.three) { database, _ in
      let listed = try await Self.snapshot(
        database, ["snapshot.mode": "initial_only", "table.include.list": "public.c,public.a,public.b"])
      #expect(Self.runs(listed) == ["c", "a", "b"])
      let chosen = try await Self.snapshot(
        database, ["snapshot.mode": "initial_only", "snapshot.include.collection.list": "public.b,public.a"])
      #expect(Self.runs(chosen) == ["b", "a"])
      let fewest = try await Self.snapshot(
        database, ["snapshot.mode": "initial_only", "snapshot.tables.order.by.row.count": "ascending"])
      #expect(Self.runs(fewest) == ["b", "a", "c"])
      let most = try await Self.snapshot(
        database, ["snapshot.mode": "initial_only", "snapshot.tables.order.by.row.count": "descending"])
      #expect(Self.runs(most) == ["c", "a", "b"])
    }
  }

  private static func runs(_ records: [SnapshotRecord]) -> [String] {
    records.map(\.table).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  @Test func aStatementOfTheConfigurationChoosesRowsAndColumns() async throws {
    try await Self.with(Self.three) { database, _ in
      let key = "snapshot.select.statement.overrides"
      let records = try await Self.snapshot(
        database,
        [
          "snapshot.mode": "initial_only", key: "public.a,public.b",
          "\(key).public.a": "SELECT * FROM public.a WHERE id <= 3 ORDER BY id DESC;",
          "\(key).public.b": "SELECT id FROM public.b WHERE id = 1", "snapshot.include.collection.list": "public.[ab]",
        ])
      #expect(records.map(\.id) == ["a.3", "a.2", "a.1", "b.1"])
      #expect(records.last?.line.contains(#""after":{"id":1,"pad":null}"#) == true)
      await #expect(throws: CaptureError.self) {
        _ = try await Self.snapshot(
          database, ["snapshot.mode": "initial_only", key: "public.a", "\(key).public.a": "SELECT nothing FROM nowhere"])
      }
    }
  }

  @Test(arguments: ["serializable", "repeatable_read", "read_committed", "read_uncommitted"], ["none", "shared"])
  func everyIsolationAndLocking(_ isolation: String, _ locking: String) async throws {
    try await Self.with(Self.three) { database, _ in
      for mode in ["initial", "initial_only"] {
        let records = try await Self.snapshot(
          database,
          [
            "snapshot.isolation.mode": isolation, "snapshot.locking.mode": locking, "snapshot.mode": mode, "snapshot.max.threads": "2",
            "slot.name": CaptureRun.slot(database) + mode.suffix(4),
          ])
        #expect(records.count == 1302)
      }
    }
  }

  @Test func aLockThatIsNotGivenIsNamed() async throws {
    try await Self.with(Self.three) { database, connection in
      try await connection.executeScript("BEGIN; LOCK TABLE b IN ACCESS EXCLUSIVE MODE")
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(
          database,
          ["snapshot.mode": "initial_only", "snapshot.locking.mode": "shared", "snapshot.lock.timeout.ms": "50", "errors.max.retries": "0"]),
        sink: CollectingSink(), offsets: MemoryOffsetStore(), logger: testLogger())
      let error = await #expect(throws: CaptureError.self) { try await within(.seconds(30)) { try await engine.run() } }
      #expect("\(String(reflecting: error))".contains("public.b"))
      try await connection.executeScript("ROLLBACK")
    }
  }

  @Test func delaysAreKept() async throws {
    try await Self.with(Self.three) { database, _ in
      let begin = ContinuousClock.now
      _ = try await Self.snapshot(database, ["snapshot.delay.ms": "150", "streaming.delay.ms": "150"])
      #expect(ContinuousClock.now - begin >= .milliseconds(300))
    }
  }

  @Test(arguments: ["resnapshot", "trust_slot", "when_needed"]) func aDroppedSlotIsAnsweredAsThePolicySays(_ policy: String) async throws {
    try await Self.with("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)") { database, connection in
      let offsets = MemoryOffsetStore()
      #expect(try await Self.snapshot(database, [:], offsets: offsets).map(\.id) == ["t.1"])
      try await connection.execute("SELECT pg_drop_replication_slot(\(CaptureRun.slot(database)))")
      try await connection.execute("INSERT INTO t VALUES (2)")
      let settings = policy == "when_needed" ? ["snapshot.mode": policy] : ["sluice.slot.policy": policy]
      let records = try await Self.snapshot(database, settings, offsets: offsets)
      #expect(records.map(\.id) == (policy == "trust_slot" ? [] : ["t.1", "t.2"]))
      // And from there on as ever.
      #expect(try await Self.snapshot(database, [:], offsets: offsets).isEmpty)
    }
  }
}
