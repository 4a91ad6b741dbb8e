import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

@testable import Capture

/// A standby is promoted, and the capture goes on with its copy of the slot.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FailoverTests {
  @Test(.enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"))
  func aPromotedStandbyGoesOnWithTheSlot() async throws {
    let cluster = try await FailoverCluster.start()
    let connection = try await Connection.connect(cluster.configuration, logger: testLogger())
    try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
    let sink = CollectingSink()
    let engine = CaptureEngine(
      configuration: try CaptureRun.configuration(cluster.configuration, ["slot.failover": "true", "slot.name": "kept"]), sink: sink,
      offsets: MemoryOffsetStore(), logger: testLogger())
    @Sendable func keys() -> Int { Set(sink.lines.compactMap { RecordView($0)?.key }).count }
    try await CaptureRun.with(engine) {
      try await CaptureRun.streaming(engine)
      try await connection.execute("INSERT INTO t SELECT generate_series(1, 100)")
      try await eventually(within: .seconds(30), "the first hundred") { keys() == 100 }
      try await cluster.waitForSlot("kept")
      try await connection.execute("INSERT INTO t SELECT generate_series(101, 200)")
      try await cluster.waitForReplay(connection)
      await connection.close()
      try await cluster.failOver()
      let promoted = try await Connection.connect(cluster.configuration, logger: testLogger())
      try await promoted.execute("INSERT INTO t SELECT generate_series(201, 300)")
      try await eventually(within: .seconds(60), "all three hundred") { keys() == 300 }
      #expect(engine.status.reconnects > 0)
      await promoted.close()
    }
    try await cluster.stop()
  }

  @Test(.enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"))
  func aSlotFromBeforeTheSettingBecomesAFailoverSlot() async throws {
    try await withTestDatabase(on: .newest) { database in
      let offsets = MemoryOffsetStore()
      let connection = try await Connection.connect(database, logger: testLogger())
      for failover in [false, true] {
        let engine = CaptureEngine(
          configuration: try CaptureRun.configuration(database, ["slot.failover": "\(failover)"]), sink: CollectingSink(), offsets: offsets,
          logger: testLogger())
        try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
        let kept = try await connection.query(
          "SELECT failover FROM pg_replication_slots WHERE slot_name = \(CaptureRun.slot(database))"
        ).single()["failover", as: Bool.self]
        #expect(kept == failover)
      }
      await connection.close()
    }
  }

  @Test func anOlderServerCapturesAllTheSame() async throws {
    try await withTestDatabase { database in
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, ["slot.failover": "true"]), sink: CollectingSink(),
        offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
    }
  }
}
