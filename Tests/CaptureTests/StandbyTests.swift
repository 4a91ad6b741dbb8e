import Postgres
import TestSupport
import Testing

@testable import Capture

/// One process captures, others stand by for its slot.
@Suite(.serialized) struct StandbyTests {
  private static func engine(
    _ database: ConnectionConfiguration, _ sink: any RecordSink, _ offsets: any OffsetStore, isStandby: Bool = true
  ) throws -> CaptureEngine {
    CaptureEngine(
      configuration: try CaptureRun.configuration(database, ["slot.retry.delay.ms": "50"]), sink: sink, offsets: offsets,
      options: CaptureOptions(monitorInterval: .milliseconds(100), isStandby: isStandby), logger: testLogger())
  }

  @Test func aStandbyTakesOverWhereTheKilledOneWas() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let offsets = MemoryOffsetStore()
      let (firstSink, secondSink) = (CollectingSink(), CollectingSink())
      let first = try Self.engine(database, firstSink, offsets)
      let second = try Self.engine(database, secondSink, offsets)
      let firstRun = Task { try await first.run() }
      try await CaptureRun.streaming(first)
      try await CaptureRun.with(second) {
        try await eventually("standing by") { second.status.phase == .standby }
        try await connection.execute("INSERT INTO t SELECT generate_series(1, 100)")
        try await eventually("the first's records") { firstSink.lines.count == 100 }
        #expect(secondSink.lines.isEmpty)
        firstRun.cancel()
        _ = await firstRun.result
        try await connection.execute("INSERT INTO t SELECT generate_series(101, 200)")
        try await CaptureRun.streaming(second)
        try await eventually("the rest") { Set((firstSink.lines + secondSink.lines).compactMap { RecordView($0)?.key }).count == 200 }
      }
      await connection.close()
    }
  }

  @Test func nobodyTakesTheSameSnapshotBesideTheOneWhoDoes() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY, pad text)")
      try await connection.execute("INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i")
      let offsets = MemoryOffsetStore()
      // The first never gets to the end of its snapshot.
      let firstSink = SlowSink { _ in .arrives(after: .seconds(60)) }
      let secondSink = CollectingSink()
      let first = try Self.engine(database, firstSink, offsets)
      let second = try Self.engine(database, secondSink, offsets)
      let firstRun = Task { try await first.run() }
      try await eventually("a snapshot", { first.status.phase == .snapshot })
      let secondRun = Task { try await second.run() }
      try await eventually("standing by") { second.status.phase == .standby }
      // The slot is free all that time: the one who takes the snapshot does not stream.
      #expect(try await SlotKeeper(name: CaptureRun.slot(database), connection: connection).state()?.isActive == false)
      #expect(secondSink.lines.isEmpty)
      second.stop()
      try await within(.seconds(5), "a standby's stop") { try await secondRun.value }
      firstRun.cancel()
      _ = await firstRun.result
      await connection.close()
    }
  }

  @Test func whoLosesTheRightReconnectsAndLosesNothing() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let sink = CollectingSink()
      let engine = try Self.engine(database, sink, MemoryOffsetStore(), isStandby: false)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        let ended = try await connection.query(
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        #expect(ended.count == 1)
        try await connection.execute("INSERT INTO t SELECT generate_series(1, 10)")
        try await eventually("a reconnect") { engine.status.reconnects == 1 }
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t SELECT generate_series(11, 20)")
        try await eventually("all rows") { Set(sink.lines.compactMap { RecordView($0)?.key }).count == 20 }
      }
      await connection.close()
    }
  }
}
