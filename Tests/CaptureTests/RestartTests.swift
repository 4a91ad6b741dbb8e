import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// Nothing is lost, whatever ends a capture; per key the order holds, and what repeats carries the same LSN.
@Suite(.serialized) struct RestartTests {
  /// Writes rows whose version counts their changes, so that a gap shows; returns the last version of each row.
  private static func work(_ connection: Connection, rounds: Int) async throws -> [Int: Int] {
    var versions: [Int: Int] = [:]
    for round in 0..<rounds {
      try await connection.transaction { connection in
        for _ in 0..<Int.random(in: 1...20) {
          let id = Int.random(in: 1...50)
          try await connection.execute(
            "INSERT INTO t VALUES (\(id), 0, repeat('x', 200)) ON CONFLICT (id) DO UPDATE SET v = t.v + 1")
          versions[id] = versions[id].map { $0 + 1 } ?? 0
        }
      }
      if round % 7 == 0 { try await connection.execute("INSERT INTO other VALUES (\(round))") }
    }
    return versions
  }

  private static func prepare(_ database: ConnectionConfiguration) async throws -> Connection {
    let connection = try await Connection.connect(database, logger: testLogger())
    try await connection.executeScript(
      "CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL, pad text); CREATE TABLE other (id int PRIMARY KEY)")
    return connection
  }

  private static func walEnd(_ connection: Connection) async throws -> LSN {
    let text = try await connection.query("SELECT pg_current_wal_lsn()::text AS lsn").single()["lsn", as: String.self]
    return try #require(LSN(text))
  }

  private static func check(_ lines: [String], _ versions: [Int: Int]) {
    var seen: [String: [Int]] = [:]
    var known: [String: Int64] = [:]
    var repeats: Set<String> = []
    for line in lines {
      guard let record = RecordView(line), record.topic.hasSuffix(".t"), let version = record.version else { continue }
      let identity = "\(record.key)@\(record.lsn)"
      if !repeats.insert(identity).inserted { continue }
      #expect(known[record.key] ?? 0 <= record.lsn, "order of key \(record.key)")
      known[record.key] = record.lsn
      seen[record.key, default: []].append(version)
    }
    for (id, last) in versions { #expect(seen["\(id)"] == Array(0...last), "versions of key \(id)") }
  }

  /// The server may go away while capture is still finding out where to begin.
  @Test func aConnectionLostInTheMidstOfTheStartIsMadeAgain() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let configuration = try CaptureRun.configuration(
        database, ["publication.autocreate.mode": "filtered", "table.include.list": "public.t"])
      let engine = CaptureEngine(
        configuration: configuration, sink: SlowSink { _ in .arrives(after: .zero) }, offsets: MemoryOffsetStore(), logger: testLogger())
      // Who is in a transaction sees what others did when it first looked.
      let watcher = try await Connection.connect(database, logger: testLogger())
      // The publication waits for the table.
      try await connection.execute("BEGIN")
      try await connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
      try await CaptureRun.with(engine) {
        try await eventually("the publication waits, and is ended") {
          try await !watcher.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
            """
          ).isEmpty
        }
        try await connection.execute("ROLLBACK")
        try await CaptureRun.streaming(engine)
      }
      await watcher.close()
      await connection.close()
    }
  }

  @Test func killedAtRandomMoments() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let configuration = try CaptureRun.configuration(database)
      let offsets = MemoryOffsetStore()
      var lines: [String] = []
      func sink() -> SlowSink { SlowSink { _ in .arrives(after: .microseconds(Int.random(in: 0...3000))) } }
      // The first run takes the snapshot of empty tables, so that every version is streamed.
      let first = CaptureEngine(configuration: configuration, sink: sink(), offsets: offsets, logger: testLogger())
      try await CaptureRun.with(first) { try await CaptureRun.streaming(first) }

      let writer = try await Connection.connect(database, logger: testLogger())
      async let work = Self.work(writer, rounds: 400)
      for _ in 0..<12 {
        let sink = sink()
        let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
        let lifetime = Duration.milliseconds(Int.random(in: 5...250))
        await #expect(throws: (any Error).self) {
          try await within(lifetime) { try await engine.run() }
        }
        lines += sink.lines
      }
      let versions = try await work
      let last = sink()
      let end = try await Self.walEnd(connection)
      let engine = CaptureEngine(
        configuration: configuration, sink: last, offsets: offsets, options: CaptureOptions(stopAt: end), logger: testLogger())
      // Something must be committed beyond the end for the stream to tell that it is there.
      try await connection.execute("INSERT INTO other VALUES (-1)")
      try await within(.seconds(60)) { try await engine.run() }
      lines += last.lines
      await writer.close()
      await connection.close()
      Self.check(lines, versions)
    }
  }

  /// A row that came and went, as an outbox's rows do, and the delete of a row that the first snapshot has sent: both happen between two
  /// attempts at the snapshot, and are in none.
  @Test func whatHappensBetweenTwoAttemptsAtASnapshotIsStreamed() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      try await connection.execute("INSERT INTO t VALUES (1, 0, 'x'), (2, 0, 'x')")
      let configuration = try CaptureRun.configuration(database)
      let offsets = MemoryOffsetStore()
      let unfinished = SlowSink { _ in .waits }
      let first = CaptureEngine(configuration: configuration, sink: unfinished, offsets: offsets, logger: testLogger())
      let running = Task { try await first.run() }
      try await eventually(within: .seconds(30), "the first snapshot's rows") { unfinished.lines.count == 2 }
      running.cancel()
      _ = await running.result

      try await connection.execute("INSERT INTO t VALUES (3, 0, 'x')")
      try await connection.execute("DELETE FROM t WHERE id IN (1, 3)")

      // Killed again, after the second snapshot and before anything was confirmed; then left alone.
      var lines: [String] = []
      for isLast in [false, true] {
        let sink = CollectingSink()
        let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
        let task = Task { try await engine.run() }
        try await CaptureRun.streaming(engine)
        if isLast {
          try await connection.execute("INSERT INTO t VALUES (4, 0, 'x')")
          try await eventually(within: .seconds(30), "the last record") { sink.lines.contains { RecordView($0)?.key == "4" } }
          engine.stop()
        } else {
          task.cancel()
        }
        _ = await task.result
        lines += sink.lines
      }
      await connection.close()
      let records = lines.compactMap(RecordView.init)
      let snapshot = try #require(records.first { $0.op == "r" })
      #expect(records.filter { $0.op == "r" }.map(\.key) == ["2"])
      let changes = records.filter { $0.op != nil && $0.op != "r" }
      #expect(changes.suffix(4).map { "\($0.op ?? "") \($0.key)" } == ["c 3", "d 1", "d 3", "c 4"])
      for change in changes {
        // Older than the snapshot, or known to be newer.
        let isNewer = change.key == "4"
        #expect((change.lsn >= snapshot.lsn) == isNewer)
        #expect((change.lastCommit.map { $0 >= snapshot.lsn } ?? true) == isNewer, "\(change.op ?? "") \(change.key)")
      }
    }
  }

  @Test func stoppedAndStartedRepeatsNothing() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let configuration = try CaptureRun.configuration(database)
      let offsets = MemoryOffsetStore()
      var lines: [String] = []
      for round in 0..<4 {
        let sink = CollectingSink()
        let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
        try await CaptureRun.with(engine) {
          try await CaptureRun.streaming(engine)
          try await connection.execute("INSERT INTO t VALUES (\(round), 0, 'x')")
          try await eventually("the record") { !sink.lines.isEmpty }
        }
        lines += sink.lines
      }
      await connection.close()
      #expect(lines.compactMap { RecordView($0)?.key } == ["0", "1", "2", "3"])
    }
  }

  @Test func theWalSenderIsKilled() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let sink = CollectingSink()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        for round in 1...3 {
          try await connection.execute("INSERT INTO t VALUES (\(round), 0, 'x')")
          _ = try await connection.query(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = \(CaptureRun.slot(database))")
          try await connection.execute("INSERT INTO t VALUES (\(100 + round), 0, 'x')")
          try await eventually(within: .seconds(20), "the records of round \(round)") {
            Set(sink.lines.compactMap { RecordView($0)?.key }).count == 2 * round
          }
        }
        #expect(engine.status.reconnects >= 3)
      }
      await connection.close()
    }
  }

  @Test func theSinkFailsAndRecovers() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let sink = SlowSink { $0 % 3 == 0 ? .fails(SinkError(reason: "away", isRetriable: true)) : .arrives(after: .zero) }
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        let versions = try await Self.work(connection, rounds: 30)
        let wanted = versions.values.map { $0 + 1 }.reduce(0, +)
        try await eventually(within: .seconds(60), "all versions") {
          Set(sink.lines.compactMap { RecordView($0) }.filter { $0.version != nil }.map { "\($0.key) \($0.lsn)" }).count == wanted
        }
        Self.check(sink.lines, versions)
      }
      await connection.close()
    }
  }

  @Test func aSinkThatRefusesForGoodEndsTheCapture() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let sink = SlowSink { _ in .fails(SinkError(reason: "a record is too large", isRetriable: false)) }
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      let error = await #expect(throws: CaptureError.self) {
        try await CaptureRun.with(engine) {
          try await CaptureRun.streaming(engine)
          try await connection.execute("INSERT INTO t VALUES (1, 0, 'x')")
          try await eventually(within: .seconds(20), "the end") { engine.status.phase == .stopped }
        }
      }
      #expect(error?.exitCode == 1)
      #expect(error?.reason.contains("too large") == true)
      await connection.close()
    }
  }

  @Test func theSlotWaitsForAcknowledgements() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let sink = SlowSink { _ in .waits }
      let slot = CaptureRun.slot(database)
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        let before = try await Self.walEnd(connection)
        try await connection.execute("INSERT INTO t VALUES (1, 0, 'x')")
        let after = try await Self.walEnd(connection)
        try await eventually("the record") { !sink.lines.isEmpty }
        for _ in 0..<20 {
          let confirmed = try await SlotKeeper(name: slot, connection: connection).state()?.confirmed
          #expect(try #require(confirmed) <= before)
          try await connection.execute("SELECT pg_sleep(0.02)")
        }
        sink.release()
        try await eventually("the slot's move") {
          try await SlotKeeper(name: slot, connection: connection).state()?.confirmed.map { $0 >= after } ?? false
        }
      }
      await connection.close()
    }
  }

  @Test func anIdleDatabaseLetsTheSlotMove() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let slot = CaptureRun.slot(database)
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(
          database, ["publication.autocreate.mode": "filtered", "table.include.list": "public.t"]), sink: CollectingSink(),
        offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        for id in 0..<100 { try await connection.execute("INSERT INTO other VALUES (\(id))") }
        let end = try await Self.walEnd(connection)
        try await eventually(within: .seconds(40), "the slot's move without a captured change") {
          try await SlotKeeper(name: slot, connection: connection).state()?.confirmed.map { $0 >= end } ?? false
        }
      }
      await connection.close()
    }
  }

  @Test func aTableChangesWhileItIsStreamed() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let sink = CollectingSink()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        for (i, statement) in [
          "INSERT INTO t VALUES (1, 0, 'x')", "ALTER TABLE t ADD COLUMN extra numeric(5,1) DEFAULT 1.5", "INSERT INTO t VALUES (2, 0, 'x')",
          "ALTER TABLE t RENAME COLUMN extra TO more", "INSERT INTO t VALUES (3, 0, 'x')", "ALTER TABLE t DROP COLUMN pad",
          "CREATE TYPE mood AS ENUM ('ok')", "ALTER TABLE t ADD COLUMN feeling mood", "INSERT INTO t VALUES (4, 0, 2, 'ok')",
          "CREATE TABLE later (id int PRIMARY KEY)", "INSERT INTO later VALUES (5)",
        ].enumerated() {
          try await connection.execute(Query(unescaped: statement))
          let wanted = [1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5][i]
          try await eventually("record \(wanted)") { sink.lines.count == wanted }
        }
      }
      let rows = sink.lines.compactMap { line in line.range(of: #""after":\{[^}]*\}"#, options: .regularExpression).map { String(line[$0]) }
      }
      #expect(
        rows == [
          #""after":{"id":1,"v":0,"pad":"x"}"#, #""after":{"id":2,"v":0,"pad":"x","extra":"Dw=="}"#,
          #""after":{"id":3,"v":0,"pad":"x","more":"Dw=="}"#, #""after":{"id":4,"v":0,"more":"FA==","feeling":"ok"}"#,
          #""after":{"id":5}"#,
        ])
      await connection.close()
    }
  }

  @Test func killedInTheSnapshot() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      try await connection.execute("INSERT INTO t SELECT i, 0, repeat('x', 500) FROM generate_series(1, 20000) i")
      let configuration = try CaptureRun.configuration(database)
      let offsets = MemoryOffsetStore()
      for _ in 0..<3 {
        let sink = SlowSink { _ in .arrives(after: .milliseconds(20)) }
        let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
        let task = Task { try await engine.run() }
        try await eventually(within: .seconds(30), "rows") { !sink.lines.isEmpty || engine.status.phase == .stopped }
        task.cancel()
        _ = await task.result
        #expect(try await offsets.load(connector: "test")?.snapshot == .running)
      }
      let sink = CollectingSink()
      let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
      #expect(sink.lines.count == 20_000)
      #expect(Set(sink.lines.compactMap { RecordView($0)?.key }).count == 20_000)
      #expect(try await offsets.load(connector: "test")?.snapshot == .completed)
      await connection.close()
    }
  }
}
