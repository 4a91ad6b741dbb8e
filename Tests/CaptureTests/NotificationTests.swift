import Postgres
import TestSupport
import Testing

@testable import Capture

@Suite struct NotificationTests {
  private static let channels = ["notification.enabled.channels": "sink, log,jmx", "notification.sink.topic.name": "told"]

  @Test func theInitialSnapshotIsToldAsDebeziumTellsIt() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.executeScript(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO a VALUES (1), (2)")
      await connection.close()
      let sink = CollectingSink()
      let offsets = MemoryOffsetStore()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, Self.channels), sink: sink, offsets: offsets, logger: testLogger())
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
      let told = engine.status.notifications
      #expect(
        told.map(\.type) == ["STARTED", "IN_PROGRESS", "TABLE_SCAN_COMPLETED", "IN_PROGRESS", "TABLE_SCAN_COMPLETED", "COMPLETED"])
      let lines = sink.lines.filter { $0.contains(#""topic":"told""#) }
      try #require(lines.count == told.count)
      let first = told[2]
      let id = first.id
      #expect(
        lines[2]
          == #"{"topic":"told","key":{"id":"\#(id)"},"headers":{},"value":{"id":"\#(id)","type":"TABLE_SCAN_COMPLETED","#
          + #""aggregate_type":"Initial Snapshot","additional_data":{"scanned_collection":"public.a","connector_name":"golden","#
          + #""total_rows_scanned":"2","data_collections":"public.a,public.b","status":"SUCCEEDED"},"timestamp":\#(first.timestampMs)}}"#)

      // A start that has nothing to read says so.
      let again = CaptureEngine(
        configuration: try CaptureRun.configuration(database, Self.channels), sink: CollectingSink(), offsets: offsets,
        logger: testLogger())
      try await CaptureRun.with(again) { try await CaptureRun.streaming(again) }
      #expect(again.status.notifications.map(\.type) == ["SKIPPED"])
    }
  }

  @Test(arguments: [
    ["notification.enabled.channels": "sink"], ["notification.enabled.channels": "mail"],
    ["notification.enabled.channels": "sink", "notification.sink.topic.name": "a b"],
  ])
  func whatCannotBeSentIsRefused(_ settings: [String: String]) {
    #expect(throws: CaptureError.self) { try EncoderHarness(settings) }
  }
}
