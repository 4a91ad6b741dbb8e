import Postgres
import TestSupport
import Testing

@testable import Capture

@Suite struct PauseTests {
  @Test func `a closed gate holds whoever comes until it is opened`() async throws {
    let gate = PauseGate()
    try await gate.pass()
    gate.close()
    try await within(.seconds(10)) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try await gate.pass() } }
        gate.open()
        try await group.waitForAll()
      }
    }
    gate.close()
    let waiting = Task { try await gate.pass() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test func `a stop opens the gate for good`() async throws {
    let gate = PauseGate()
    gate.close()
    gate.openForGood()
    gate.close()
    try await within(.seconds(10)) { try await gate.pass() }
  }

  @Test func `a paused capture sends nothing, goes on without a gap, and stops while paused`() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let sink = CollectingSink()
      let store = MemoryOffsetStore()
      let configuration = try CaptureRun.configuration(database, ["publication.autocreate.mode": "filtered"])
      let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: store, logger: testLogger())
      let slot = configuration.slotName
      engine.pause()
      try await CaptureRun.with(engine) {
        #expect(engine.status.phase == .starting && engine.status.isPaused)
        engine.resume()
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await eventually { sink.lines.count == 1 }
        engine.pause()
        try await connection.execute("INSERT INTO t VALUES (2)")
        // The slot is still read: the server has sent the change.
        try await eventually {
          try await connection.query(
            "SELECT sent_lsn >= pg_current_wal_lsn() AS sent FROM pg_stat_replication JOIN pg_replication_slots ON pid = active_pid WHERE slot_name = \(slot)"
          ).first?["sent", as: Bool.self] == true
        }
        #expect(sink.lines.count == 1)
        engine.resume()
        try await eventually { sink.lines.count == 2 }
        engine.pause()
      }
      #expect(engine.status.phase == .stopped)
      await connection.close()
    }
  }
}
