import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Capture

/// The slot's position cannot be stored for a while, or may not be any more.
@Suite(.serialized) struct OffsetFailureTests {
  /// Keeps offsets in memory; fails as often as it is told to.
  private final class FailingStore: OffsetStore {
    private let kept = MemoryOffsetStore()
    private let failuresLeft: Mutex<Int>
    private let isAboutEnd: Bool

    /// - Parameters:
    ///   - failures: how often it fails from the beginning.
    ///   - isAboutEnd: only what says that a snapshot is complete fails.
    init(failures: Int = 0, isAboutEnd: Bool = false) {
      failuresLeft = Mutex(failures)
      self.isAboutEnd = isAboutEnd
    }

    func fail(_ times: Int) { failuresLeft.withLock { $0 = times } }

    func load(connector: String) async throws -> StoredOffset? { try await kept.load(connector: connector) }
    func remove(connector: String) async throws { try await kept.remove(connector: connector) }
    func save(_ offset: StoredOffset, connector: String) async throws {
      let fails =
        (!isAboutEnd || offset.snapshot == .completed)
        && failuresLeft.withLock { left in
          defer { left = max(0, left - 1) }
          return left > 0
        }
      if fails { throw SinkError(reason: "not now", isRetriable: true) }
      try await kept.save(offset, connector: connector)
    }
  }

  private static func walEnd(_ connection: Connection) async throws -> LSN {
    let text = try await connection.query("SELECT pg_current_wal_lsn()::text AS lsn").single()["lsn", as: String.self]
    return try #require(LSN(text))
  }

  /// Ends the connection that holds the right to the slot.
  static func endLease(_ connection: Connection) async throws {
    let ended = try await connection.query(
      """
      SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """)
    #expect(ended.count == 1)
  }

  @Test(.timeLimit(.minutes(1))) func anOffsetThatCannotBeStoredIsStoredLaterAndTheCaptureGoesOn() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let (sink, offsets) = (CollectingSink(), FailingStore())
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: offsets, logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        offsets.fail(3)
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await eventually(within: .seconds(20), "three failures") { engine.status.offsetSaveFailures == 3 }
        #expect(sink.lines.count == 1)
        let end = try await Self.walEnd(connection)
        try await connection.execute("INSERT INTO t VALUES (2)")
        try await eventually(within: .seconds(20), "the slot's move") {
          try await SlotKeeper(name: CaptureRun.slot(database), connection: connection).state()?.confirmed.map { $0 >= end } ?? false
        }
      }
      #expect(engine.status.reconnects == 0)
      #expect(sink.lines.compactMap { RecordView($0)?.key } == ["1", "2"])
      await connection.close()
    }
  }

  @Test(.timeLimit(.minutes(1))) func aSnapshotWhoseEndCannotBeStoredIsNotTakenAgain() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      try await connection.execute("INSERT INTO t SELECT generate_series(1, 100)")
      let (sink, offsets) = (CollectingSink(), FailingStore(failures: 3, isAboutEnd: true))
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: offsets, logger: testLogger())
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
      #expect(engine.status.offsetSaveFailures == 3)
      #expect(engine.status.reconnects == 0)
      #expect(sink.lines.count == 100)
      #expect(try await offsets.load(connector: "test")?.snapshot == .completed)
      await connection.close()
    }
  }

  @Test(.timeLimit(.minutes(1))) func whoStopsByItselfStopsWhenItsPositionIsStored() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let (sink, offsets) = (CollectingSink(), FailingStore())
      // Nothing is stored before the end.
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, ["offset.flush.interval.ms": "600000"]), sink: sink, offsets: offsets,
        options: CaptureOptions(stopWhenIdle: .seconds(2)), logger: testLogger())
      let run = Task { try await engine.run() }
      try await CaptureRun.streaming(engine)
      offsets.fail(2)
      try await connection.execute("INSERT INTO t VALUES (1)")
      try await within(.seconds(30), "the end") { try await run.value }
      #expect(engine.status.reconnects == 2)
      let change = try #require(sink.lines.first.flatMap { RecordView($0)?.lsn })
      let stored = try #require(try await offsets.load(connector: "test")?.position?.endLSN)
      #expect(stored.rawValue > UInt64(change))
      await connection.close()
    }
  }

  /// A silent sink, as Kafka is that is away: what is on its way is let go of and sent again over the next connection.
  @Test(.timeLimit(.minutes(1))) func whoLosesTheRightDoesNotWaitForASilentSinkForEver() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let sink = SlowSink { $0 == 1 ? .waits : .arrives(after: .zero) }
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(),
        options: CaptureOptions(shutdownDeadline: .milliseconds(300), monitorInterval: .milliseconds(100)), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await eventually("the record") { sink.lines.count == 1 }
        try await Self.endLease(connection)
        try await eventually(within: .seconds(20), "the record once more") { sink.lines.compactMap { RecordView($0)?.key } == ["1", "1"] }
      }
      #expect(engine.status.reconnects == 1)
      await connection.close()
    }
  }

  @Test(.timeLimit(.minutes(1))) func aStopBeforeASilentSinkEndsAtItsDeadlineAndIsNoFailure() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let sink = SlowSink { _ in .waits }
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: MemoryOffsetStore(),
        options: CaptureOptions(shutdownDeadline: .milliseconds(100)), logger: testLogger())
      let run = Task { try await engine.run() }
      try await CaptureRun.streaming(engine)
      try await connection.execute("INSERT INTO t VALUES (1)")
      try await eventually("the record") { sink.lines.count == 1 }
      engine.stop()
      try await within(.seconds(10), "the stop") { try await run.value }
      await connection.close()
    }
  }

  @Test(.timeLimit(.minutes(1))) func aStopIsHeardByWhoLostTheRightAndWaitsForASilentSink() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let sink = SlowSink { _ in .waits }
      let offsets = MemoryOffsetStore()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: sink, offsets: offsets,
        options: CaptureOptions(shutdownDeadline: .seconds(600), monitorInterval: .milliseconds(100)), logger: testLogger())
      let run = Task { try await engine.run() }
      try await CaptureRun.streaming(engine)
      try await connection.execute("INSERT INTO t VALUES (1)")
      try await eventually("the record") { sink.lines.count == 1 }
      try await Self.endLease(connection)
      engine.stop()
      try await within(.seconds(10), "the stop") { try await run.value }
      let stored = try await offsets.load(connector: "test")?.position?.endLSN
      let change = try #require(sink.lines.first.flatMap { RecordView($0)?.lsn })
      #expect(stored.map { $0.rawValue <= UInt64(change) } ?? true)
      await connection.close()
    }
  }
}
