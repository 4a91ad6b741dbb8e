import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

@Suite(.serialized) struct IncrementalSnapshotTests {
  @Test(arguments: [
    ["incremental.snapshot.watermarking.strategy": "insert_insert"],
    ["incremental.snapshot.watermarking.strategy": "insert_delete"], ["read.only": "true"],
  ])
  func rowsComeInChunksAndAreTold(_ settings: [String: String]) async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(database, rows: 250, settings)
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await run.signal("ad-hoc", "execute-snapshot", IncrementalRun.execute("public.t"))
        try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
      }
      let reads = IncrementalRun.reads(sink.lines)
      #expect(reads.map(\.key) == (1...250).map(String.init))
      #expect(reads.allSatisfy { $0.lsn == 0 && $0.lastCommit != nil })
      #expect(
        IncrementalRun.told(sink.lines).drop { $0 == "SKIPPED" }
          == ["STARTED", "IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "TABLE_SCAN_COMPLETED SUCCEEDED", "COMPLETED"])
      let first = try #require(sink.lines.first { $0.contains("\"op\":\"r\"") })
      #expect(first.contains("\"snapshot\":\"incremental\"") && first.contains("\"txId\":null,\"lsn\":null"))
      let told = try #require(sink.lines.first { $0.contains("IN_PROGRESS") })
      #expect(
        told.contains(
          #""additional_data":{"current_collection_in_progress":"public.t","connector_name":"golden","maximum_key":"250","data_collections":"public.t","last_processed_key":"100"}"#
        ))
      #expect(told.contains(#""key":{"id":"ad-hoc"}"#))
    }
  }

  /// Random operations beside the snapshot; in the end the last record of each key is the row.
  @Test(arguments: [
    ["incremental.snapshot.chunk.size": "50"], ["incremental.snapshot.chunk.size": "50", "read.only": "true"],
    ["incremental.snapshot.chunk.size": "7", "incremental.snapshot.watermarking.strategy": "insert_delete"],
  ])
  func streamingWins(_ settings: [String: String]) async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(database, rows: 1500, settings)
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        let over = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<3 { group.addTask { try await Self.write(database, until: over) } }
          try await run.signal("1", "execute-snapshot", IncrementalRun.execute("public.t"))
          try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
          over.trigger()
          try await group.waitForAll()
        }
        let end = try await run.end()
        try await eventually(within: .seconds(30)) { engine.status.confirmed.map { $0 >= end } ?? false }
      }
      #expect(IncrementalRun.materialized(sink.lines) == (try await run.rows()))
      #expect(!IncrementalRun.reads(sink.lines).isEmpty)
    }
  }

  static func write(_ database: ConnectionConfiguration, until over: StopSignal) async throws {
    let connection = try await Connection.connect(database, logger: testLogger())
    let deadline = ContinuousClock.now + .seconds(60)
    while !over.isTriggered, .now < deadline {
      let id = Int.random(in: 1...1600)
      switch Int.random(in: 0..<6) {
      case 0: try await connection.execute("DELETE FROM t WHERE id = \(id)")
      case 1:
        try await connection.execute(
          "UPDATE t SET id = \(id) + 10000 WHERE id = \(id) AND NOT EXISTS (SELECT 1 FROM t WHERE id = \(id) + 10000)")
      case 2:
        await #expect(throws: (any Error).self) {
          try await connection.transaction { connection in
            try await connection.execute("UPDATE t SET v = v + 1000 WHERE id = \(id)")
            throw CancellationError()
          }
        }
      case 3: try await connection.execute("INSERT INTO t VALUES (\(id), 1, 'y') ON CONFLICT (id) DO UPDATE SET v = t.v + 1")
      default: try await connection.execute("UPDATE t SET v = v + 1 WHERE id = \(id)")
      }
    }
    await connection.close()
  }
}
