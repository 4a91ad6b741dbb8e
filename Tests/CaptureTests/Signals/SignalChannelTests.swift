import Foundation
import Kafka
import Postgres
import TestSupport
import Testing

@testable import Capture

/// Each signal by each channel, and snapshots that are killed, stopped and paused.
@Suite(.serialized) struct SignalChannelTests {
  private static let wanted = IncrementalRun.execute("public.t")

  @Test func aFileIsReadOnceAndTakenAway() async throws {
    let folder = NSTemporaryDirectory() + uniqueName("signals")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/signals.txt"
    try await withTestDatabase { database in
      let run = try await IncrementalRun(
        database, rows: 30, ["signal.enabled.channels": "file", "signal.file": file, "signal.data.collection": ""])
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try Data("not json\n\n{\"id\":\"f\",\"type\":\"execute-snapshot\",\"data\":\(Self.wanted)}\n".utf8).write(
          to: URL(fileURLWithPath: file))
        try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
        try await eventually(within: .seconds(10)) { !FileManager.default.fileExists(atPath: file + ".taken") }
      }
      #expect(!FileManager.default.fileExists(atPath: file))
      #expect(IncrementalRun.reads(sink.lines).count == 30)
    }
  }

  @Test func aTopicIsReadBehindWhatWasHandled() async throws {
    let servers = try await TestKafka.shared().bootstrapServers
    let topic = uniqueName("signals")
    try await withTestDatabase { database in
      let run = try await IncrementalRun(
        database, rows: 30,
        [
          "signal.enabled.channels": "kafka", "signal.kafka.topic": topic, "signal.kafka.bootstrap.servers": servers,
          "signal.kafka.groupId": uniqueName("group"), "signal.data.collection": "",
        ])
      let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: servers), logger: testLogger())
      func send(_ key: String, _ id: String) async throws {
        _ = try await producer.send(
          ProducerRecord(
            topic: topic, partition: 0, key: Array(key.utf8),
            value: Array("{\"id\":\"\(id)\",\"type\":\"execute-snapshot\",\"data\":\(Self.wanted)}".utf8), headers: []))
      }
      try await send("somebody-else", "0")
      try await send("golden", "1")
      let first = CollectingSink()
      let engine = run.engine(first)
      try await CaptureRun.with(engine) { try await IncrementalRun.waitFor("COMPLETED", { first.lines }) }
      #expect(IncrementalRun.reads(first.lines).count == 30)
      try await send("golden", "2")
      let second = CollectingSink()
      let again = run.engine(second)
      try await CaptureRun.with(again) { try await IncrementalRun.waitFor("COMPLETED", { second.lines }) }
      #expect(IncrementalRun.reads(second.lines).count == 30)
      #expect(second.lines.contains { $0.contains("{\"id\":\"2\"}") } && !second.lines.contains { $0.contains("{\"id\":\"1\"}") })
    }
  }

  @Test func filtersSurrogateKeysAndTablesWithoutAKey() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(
        database, rows: 300, ["incremental.snapshot.chunk.size": "10"],
        script:
          "CREATE TABLE keyless (g int, v int); INSERT INTO keyless SELECT 1, i FROM generate_series(1, 35) i; CREATE TABLE bare (x int);")
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try engine.send(
          CaptureSignal(
            id: "r", type: "execute-snapshot",
            data: IncrementalRun.execute(
              "public.t", "public.nothing", "public.bare",
              more: ",\"additional-conditions\":[{\"data-collection\":\"public.t\",\"filter\":\"id % 10 = 0\"}]")))
        try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
        try engine.send(
          CaptureSignal(id: "k", type: "execute-snapshot", data: IncrementalRun.execute("public.keyless", more: ",\"surrogate-key\":\"g\""))
        )
        try await eventually(within: .seconds(30)) { IncrementalRun.told(sink.lines).filter { $0 == "COMPLETED" }.count == 2 }
        try engine.send(
          CaptureSignal(
            id: "w", type: "execute-snapshot",
            data: IncrementalRun.execute(
              "public.t", more: ",\"additional-conditions\":[{\"data-collection\":\"public.t\",\"filter\":\"no SQL\"}]")))
        try await eventually(within: .seconds(30)) { IncrementalRun.told(sink.lines).filter { $0 == "COMPLETED" }.count == 3 }
      }
      let reads = IncrementalRun.reads(sink.lines)
      #expect(reads.filter { $0.topic.hasSuffix(".t") }.map(\.key) == stride(from: 10, through: 300, by: 10).map(String.init))
      #expect(Set(reads.filter { $0.topic.hasSuffix(".keyless") }.compactMap(\.version)) == Set(1...35))
      #expect(reads.filter { $0.topic.hasSuffix(".keyless") }.count == 35)
      let told = IncrementalRun.told(sink.lines)
      #expect(told.contains("TABLE_SCAN_COMPLETED UNKNOWN_SCHEMA") && told.contains("TABLE_SCAN_COMPLETED NO_PRIMARY_KEY"))
      #expect(told.contains("TABLE_SCAN_COMPLETED SQL_EXCEPTION"))
    }
  }

  /// Killed again and again in the middle: what was acknowledged is not read again, and in the end every row was sent.
  @Test func aKilledSnapshotGoesOnBehindTheLastChunk() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(database, rows: 4000, ["incremental.snapshot.chunk.size": "20"])
      let first = CollectingSink()
      let engine = run.engine(first)
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
      try await run.signal("1", "execute-snapshot", Self.wanted)
      var lines: [String] = []
      var kills = 0
      while kills < 6 {
        let sink = CollectingSink()
        let engine = run.engine(sink)
        await #expect(throws: (any Error).self) {
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await engine.run() }
            group.addTask {
              try await eventually(within: .seconds(30)) { IncrementalRun.reads(sink.lines).count > 300 }
              throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
          }
        }
        kills += 1
        lines += sink.lines
      }
      let last = CollectingSink()
      let final = run.engine(last)
      try await CaptureRun.with(final) { try await IncrementalRun.waitFor("COMPLETED", { last.lines }) }
      lines += last.lines
      let reads = IncrementalRun.reads(lines)
      #expect(Set(reads.map(\.key)).count == 4000)
      // Some chunks come twice, not the table.
      #expect(reads.count < 4000 + kills * 1000, "\(reads.count) reads")
      #expect(IncrementalRun.materialized(lines) == (try await run.rows()))
    }
  }

  @Test func pausedResumedAndStopped() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(
        database, rows: 2000, ["incremental.snapshot.chunk.size": "5"],
        script: "CREATE TABLE u (id int PRIMARY KEY, v int); INSERT INTO u VALUES (1, 1);")
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await run.signal("1", "execute-snapshot", IncrementalRun.execute("public.t", "public.u"))
        try await IncrementalRun.waitFor("IN_PROGRESS", { sink.lines })
        try await run.signal("2", "pause-snapshot")
        try await IncrementalRun.waitFor("PAUSED", { sink.lines })
        #expect(!IncrementalRun.told(sink.lines).contains("COMPLETED"))
        try await run.signal("3", "resume-snapshot")
        try await IncrementalRun.waitFor("RESUMED", { sink.lines })
        try await run.signal("4", "stop-snapshot", #"{"data-collections":["public.t"],"type":"incremental"}"#)
        try await IncrementalRun.waitFor("ABORTED", { sink.lines })
        try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
        try await run.signal("5", "log", #"{"message":"hello"}"#)
      }
      let reads = IncrementalRun.reads(sink.lines)
      #expect(reads.filter { $0.topic.hasSuffix(".t") }.count < 2000 && reads.filter { $0.topic.hasSuffix(".u") }.count == 1)
      // Rows of the signal table are sent as Debezium sends them.
      #expect(sink.lines.contains { $0.contains("golden.public.debezium_signal") && $0.contains("pause-snapshot") })
    }
  }

  @Test func aBlockingSnapshotStopsTheStreamForAWhile() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(database, rows: 100)
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await run.signal(
          "1", "execute-snapshot",
          #"{"type":"blocking","data-collections":["public.t"],"additional-conditions":[{"data-collection":"public.t","filter":"SELECT * FROM t WHERE id <= 40;"}]}"#
        )
        try await eventually(within: .seconds(30)) { IncrementalRun.reads(sink.lines).count == 40 }
        try await run.connection.execute("UPDATE t SET v = 7 WHERE id = 1")
        try await eventually(within: .seconds(30)) { sink.lines.contains { $0.contains("\"op\":\"u\"") } }
      }
      #expect(sink.lines.contains { $0.contains("\"snapshot\":\"last\"") && $0.contains("\"op\":\"r\"") })
    }
  }

  @Test func columnsComeAndGoBetweenChunks() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(
        database, rows: 600, ["incremental.snapshot.chunk.size": "10", "incremental.snapshot.allow.schema.changes": "true"])
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await run.signal("1", "execute-snapshot", Self.wanted)
        try await IncrementalRun.waitFor("IN_PROGRESS", { sink.lines })
        try await run.connection.executeScript(
          "ALTER TABLE t ADD COLUMN added int DEFAULT 5; ALTER TABLE t DROP COLUMN pad; UPDATE t SET v = 1 WHERE id % 2 = 0")
        try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
        let end = try await run.end()
        try await eventually(within: .seconds(30)) { engine.status.confirmed.map { $0 >= end } ?? false }
      }
      #expect(IncrementalRun.materialized(sink.lines) == (try await run.rows()))
      #expect(sink.lines.contains { $0.contains("\"op\":\"r\"") && $0.contains("\"added\":5") })
    }
  }

  @Test func keysWithNullsAndCompositeKeysLoseNoRow() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(
        database, rows: 0, ["incremental.snapshot.chunk.size": "3", "read.only": "true", "signal.data.collection": ""],
        script: """
          CREATE TABLE n (a text, b int, v int); CREATE UNIQUE INDEX ON n (a, b);
          INSERT INTO n SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE 'k' || i % 4 END, CASE WHEN i % 5 = 0 THEN NULL ELSE i END, i FROM generate_series(1, 40) i;
          """)
      let sink = CollectingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try engine.send(CaptureSignal(id: "1", type: "execute-snapshot", data: IncrementalRun.execute("public.n")))
        try await IncrementalRun.waitFor("COMPLETED", { sink.lines })
      }
      let versions = IncrementalRun.reads(sink.lines).compactMap(\.version)
      // Rows without a value in their key are equal to none, so that each comes at least once.
      #expect(Set(versions) == Set(1...40), "\(versions.sorted())")
    }
  }
}
