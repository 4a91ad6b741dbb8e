import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// An interrupted snapshot goes on where it was, and what a consumer ends up with is what the tables hold.
@Suite(.serialized) struct SnapshotResumeTests {
  private static let settings = ["sluice.snapshot.chunk.pages": "40", "max.queue.size.in.bytes": "1000000"]

  /// 4000 rows over some 450 pages, a part of each stored out of line.
  private static let script = """
    CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL, pad text, big text);
    ALTER TABLE t ALTER COLUMN big SET STORAGE EXTERNAL;
    INSERT INTO t SELECT i, 0, repeat('x', 800), CASE WHEN i % 10 = 0 THEN repeat('y', 3000) END FROM generate_series(1, 4000) i;
    """

  private static func prepare(_ database: ConnectionConfiguration) async throws -> Connection {
    let connection = try await Connection.connect(database, logger: testLogger())
    try await connection.executeScript(script)
    return connection
  }

  /// Writes that move rows among the pages, grow and shrink the table and leave out-of-line values alone.
  private static func write(_ connection: Connection, round: Int) async throws {
    try await connection.execute("DELETE FROM t WHERE id % 13 = \(round)")
    try await connection.execute("UPDATE t SET v = v + 1, pad = repeat('z', 900) WHERE id % 7 = \(round)")
    try await connection.execute("INSERT INTO t SELECT \(round * 100_000) + i, 0, 'new', NULL FROM generate_series(1, 200) i")
    try await connection.execute("VACUUM t")
    // What VACUUM freed takes rows of the table's end.
    try await connection.execute("UPDATE t SET v = v + 1 WHERE id > 3900 AND id <= 4000")
  }

  /// What a consumer has after these lines: per key the newest row, as `source` tells it.
  private struct Consumer {
    struct Row: Equatable {
      var v: Int
      var pad: Int
      var big: Int?
      var point: Int64
    }

    var rows: [String: Row] = [:]

    mutating func take(_ lines: [String]) {
      for line in lines {
        guard let view = RecordView(line), let op = view.op, view.topic.hasSuffix(".t"),
          let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
          let value = object["value"] as? [String: Any]
        else { continue }
        let after = value["after"] as? [String: Any]
        if op == "r" {
          rows[view.key] = Self.row(after, point: view.lsn, old: nil)
        } else if let old = rows[view.key], view.lastCommit ?? 0 < old.point {
          // Older than the snapshot's row.
          continue
        } else if op == "d" {
          rows[view.key] = nil
        } else {
          rows[view.key] = Self.row(after, point: rows[view.key]?.point ?? 0, old: rows[view.key])
        }
      }
    }

    private static func row(_ after: [String: Any]?, point: Int64, old: Row?) -> Row {
      let big = after?["big"] as? String
      return Row(
        v: (after?["v"] as? NSNumber)?.intValue ?? -1, pad: (after?["pad"] as? String)?.count ?? -1,
        big: big == "__debezium_unavailable_value" ? old?.big ?? -1 : big?.count, point: point)
    }
  }

  private static func expectSame(_ consumer: Consumer, _ connection: Connection) async throws {
    var wanted: [String: Consumer.Row] = [:]
    for row in try await connection.query("SELECT id, v, length(pad) AS pad, length(big) AS big FROM t") {
      wanted["\(try row["id", as: Int.self])"] = Consumer.Row(
        v: try row["v", as: Int.self], pad: try row["pad", as: Int.self], big: try row["big", as: Int?.self], point: 0)
    }
    let got = consumer.rows.mapValues { row in
      var row = row
      row.point = 0
      return row
    }
    #expect(got.count == wanted.count)
    let differing = wanted.filter { got[$0.key] != $0.value }
    #expect(differing.isEmpty, "\(differing.prefix(3).map { "\($0) is \(got[$0.key].map { "\($0)" } ?? "missing")" })")
  }

  private static func engine(_ configuration: ConnectorConfiguration, _ sink: any RecordSink, _ offsets: MemoryOffsetStore) -> CaptureEngine
  {
    CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
  }

  /// Runs until some of the table is acknowledged and stored, then kills; gives what arrived.
  private static func killHalfWay(_ configuration: ConnectorConfiguration, _ offsets: MemoryOffsetStore, atLeast pages: Int64) async throws
    -> [String]
  {
    let sink = SlowSink { _ in .arrives(after: .milliseconds(30)) }
    let engine = engine(configuration, sink, offsets)
    let task = Task { try await engine.run() }
    try await eventually(within: .seconds(30), "acknowledged chunks") {
      let done = try await offsets.load(connector: "test")?.snapshotProgress?.tables["public.t"]?.done
      return done?.ranges.first.map { $0.lowerBound == 0 && $0.upperBound >= pages } ?? false || engine.status.phase == .streaming
    }
    task.cancel()
    _ = await task.result
    return sink.lines
  }

  @Test(arguments: ["1", "3"]) func killedInTheMiddle(_ threads: String) async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let configuration = try CaptureRun.configuration(database, Self.settings.merging(["snapshot.max.threads": threads]) { $1 })
      let offsets = MemoryOffsetStore()
      var consumer = Consumer()
      consumer.take(try await Self.killHalfWay(configuration, offsets, atLeast: 40))
      let progress = try #require(try await offsets.load(connector: "test")?.snapshotProgress)
      let end = try #require(progress.tables["public.t"]?.done.ranges.first?.upperBound)
      try #require(end < 400)
      let acknowledged = Set(
        try await connection.query("SELECT id FROM t WHERE ctid < \("(\(end),0)")::tid").map { try $0["id", as: Int.self] })
      let versions = try await connection.query("SELECT count(*) AS rows FROM t").single()["rows", as: Int.self]
      try #require(acknowledged.count > 100 && acknowledged.count < versions)
      try await Self.write(connection, round: 1)
      // Killed once more, with other writes in between.
      consumer.take(try await Self.killHalfWay(configuration, offsets, atLeast: end + 40))
      try await Self.write(connection, round: 2)

      let sink = CollectingSink()
      let last = Self.engine(configuration, sink, offsets)
      try await CaptureRun.with(last) {
        try await CaptureRun.streaming(last)
        try await Self.write(connection, round: 3)
        try await connection.execute("INSERT INTO t VALUES (-1, 0, '', NULL)")
        try await eventually(within: .seconds(30), "the last change") { sink.lines.contains { RecordView($0)?.key == "-1" } }
      }
      consumer.take(sink.lines)
      try await Self.expectSame(consumer, connection)
      // Rows of the first attempt that nobody touched were not read again.
      let untouched = acknowledged.filter { id in id <= 3900 && (1...2).allSatisfy { id % 7 != $0 && id % 13 != $0 } }
      let again = sink.lines.compactMap(RecordView.init).filter { $0.op == "r" }.compactMap { Int($0.key) }
      #expect(untouched.count > 100)
      #expect(untouched.isDisjoint(with: again))
      #expect(try await offsets.load(connector: "test")?.snapshotProgress == nil)
      await connection.close()
    }
  }

  @Test func aTableThatWasRewrittenIsReadFromItsBeginning() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let configuration = try CaptureRun.configuration(database, Self.settings)
      let offsets = MemoryOffsetStore()
      _ = try await Self.killHalfWay(configuration, offsets, atLeast: 40)
      try #require(try await offsets.load(connector: "test")?.snapshot == .running)
      try await connection.execute("VACUUM FULL t")
      let sink = CollectingSink()
      let engine = Self.engine(configuration, sink, offsets)
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
      #expect(sink.lines.count == 4000)
      await connection.close()
    }
  }

  @Test func withoutItsSlotASnapshotBeginsAgain() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      let configuration = try CaptureRun.configuration(database, Self.settings)
      let offsets = MemoryOffsetStore()
      _ = try await Self.killHalfWay(configuration, offsets, atLeast: 40)
      try await eventually("the end of the killed capture") {
        try await connection.query("SELECT FROM pg_replication_slots WHERE active AND database = \(database.database)").isEmpty
      }
      let slot = CaptureRun.slot(database)
      try await connection.execute("SELECT pg_drop_replication_slot(\(slot))")
      // Made anew by somebody: what it keeps begins later.
      try await connection.execute("SELECT pg_create_logical_replication_slot(\(slot), 'pgoutput')")
      let sink = CollectingSink()
      let engine = Self.engine(configuration, sink, offsets)
      try await CaptureRun.with(engine) { try await CaptureRun.streaming(engine) }
      #expect(sink.lines.count == 4000)
      await connection.close()
    }
  }

  /// The engine lives on and takes the rest by itself.
  @Test func theServerRestartsInTheMiddle() async throws {
    let server = try await RestartableServer()
    let database = server.database
    let connection = try await Self.prepare(database)
    let offsets = MemoryOffsetStore()
    let sink = SlowSink { _ in .arrives(after: .milliseconds(30)) }
    let engine = Self.engine(try CaptureRun.configuration(database, Self.settings), sink, offsets)
    try await CaptureRun.with(engine) {
      try await eventually(within: .seconds(30), "acknowledged chunks") {
        try await offsets.load(connector: "test")?.snapshotProgress?.tables["public.t"]?.done.isEmpty == false
      }
      await connection.close()
      try await server.kill()
      try await server.start()
      let connection = try await Connection.connect(database, logger: testLogger())
      try await Self.write(connection, round: 1)
      try await CaptureRun.streaming(engine)
      try await connection.execute("INSERT INTO t VALUES (-1, 0, '', NULL)")
      try await eventually(within: .seconds(30), "the last change") { sink.lines.contains { RecordView($0)?.key == "-1" } }
      var consumer = Consumer()
      consumer.take(sink.lines)
      try await Self.expectSame(consumer, connection)
      engine.stop()
      try await eventually(within: .seconds(30), "the end of the capture") { engine.status.phase == .stopped }
      await connection.close()
    }
    try await server.remove()
    #expect(sink.lines.filter { $0.contains(#""op":"r""#) }.count < 8000)
  }
}
