import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// Transactions that the server sends while they are open, beside the same transactions sent whole.
@Suite(.serialized) struct OpenTransactionTests {
  private static func prepare(_ database: ConnectionConfiguration) async throws -> Connection {
    let connection = try await Connection.connect(database, logger: testLogger())
    try await connection.executeScript(
      """
      CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL, pad text);
      CREATE TABLE other (id int PRIMARY KEY, pad text)
      """)
    return connection
  }

  /// From how much on the server sends an open transaction; for walsenders that start from now on.
  private static func setWorkMemory(_ size: String, _ database: ConnectionConfiguration, _ connection: Connection) async throws {
    try await connection.execute("ALTER DATABASE \(identifier: database.database) SET logical_decoding_work_mem = \(literal: size)")
  }

  private static func fill(_ connection: Connection, _ range: ClosedRange<Int>, _ value: Int) async throws {
    try await connection.execute(
      "INSERT INTO t SELECT i, \(value), repeat('x', 100) FROM generate_series(\(range.lowerBound), \(range.upperBound)) i")
  }

  /// Open transactions of several connections, some of whose parts are rolled back, with small ones in between.
  private static func work(_ database: ConnectionConfiguration) async throws {
    let writers = try await [0, 1, 2, 3].asyncMap { _ in try await Connection.connect(database, logger: testLogger()) }
    let small = try await Connection.connect(database, logger: testLogger())
    for writer in writers { try await writer.execute("BEGIN") }
    for round in 0..<6 {
      for (number, writer) in writers.enumerated() {
        let base = number * 100_000 + round * 10_000
        try await fill(writer, base...base + 700, round)
        try await writer.execute("SAVEPOINT outer_one")
        try await fill(writer, base + 1000...base + 1900, round)
        try await writer.execute("SAVEPOINT inner_one")
        try await fill(writer, base + 2000...base + 2800, round)
        try await writer.execute("UPDATE t SET v = v + 1 WHERE id BETWEEN \(base) AND \(base + 300)")
        switch (number + round) % 4 {
        case 0: try await writer.execute("ROLLBACK TO SAVEPOINT inner_one")
        case 1: try await writer.execute("ROLLBACK TO SAVEPOINT outer_one")
        case 2:
          try await writer.execute("RELEASE SAVEPOINT inner_one")
          try await writer.execute("ROLLBACK TO SAVEPOINT outer_one")
        default: try await writer.execute("RELEASE SAVEPOINT outer_one")
        }
        try await fill(writer, base + 4000...base + 4300, round)
        _ = try await writer.query("SELECT pg_logical_emit_message(true, 'note', \("\(number) \(round)"))::text")
        try await small.execute("INSERT INTO other VALUES (\(base), 'x')")
      }
    }
    try await writers[2].execute("ROLLBACK")
    try await writers[3].execute("COMMIT")
    try await writers[0].execute("COMMIT")
    // A table that changes inside of an open transaction, once for good and once not.
    try await writers[1].execute("SAVEPOINT ddl")
    try await writers[1].execute("ALTER TABLE other ADD COLUMN gone int DEFAULT 5")
    try await writers[1].execute("INSERT INTO other SELECT i, repeat('y', 100) FROM generate_series(500000, 502000) i")
    try await writers[1].execute("ROLLBACK TO SAVEPOINT ddl")
    try await writers[1].execute("ALTER TABLE other ADD COLUMN extra int DEFAULT 6")
    try await writers[1].execute("INSERT INTO other SELECT i, repeat('z', 100) FROM generate_series(600000, 602000) i")
    try await writers[1].execute("TRUNCATE t")
    try await writers[1].execute("COMMIT")
    try await small.execute("INSERT INTO other VALUES (700000, 'last', 7)")
    for connection in writers + [small] { await connection.close() }
  }

  private static func withoutTimeOfProcessing(_ line: String) -> String {
    line.replacingOccurrences(of: #"("op":"\w",)("ts_[mun]s":\d+,?){1,3}"#, with: "$1", options: .regularExpression)
  }

  private static func streamed(_ slot: String, _ connection: Connection) async throws -> (transactions: Int64, bytes: Int64) {
    let row = try await connection.query(
      "SELECT stream_txns, stream_bytes FROM pg_stat_replication_slots WHERE slot_name = \(slot)"
    ).single()
    return (try row[0, as: Int64.self], try row[1, as: Int64.self])
  }

  private static func compare(on server: TestPostgres) async throws {
    try await withTestDatabase(on: server) { database in
      let connection = try await prepare(database)
      let folder = NSTemporaryDirectory() + uniqueName("transactions")
      let settings = ["skipped.operations": "none", "extended.headers.enabled": "false"]
      var lines: [[String]] = []
      let slots = ["whole", "open"].map { CaptureRun.slot(database) + "_" + $0 }
      let offsets = [MemoryOffsetStore(), MemoryOffsetStore()]
      func engine(_ i: Int, _ sink: CollectingSink, _ stopAt: LSN?) throws -> CaptureEngine {
        CaptureEngine(
          configuration: try CaptureRun.configuration(database, settings.merging(["slot.name": slots[i]]) { $1 }), sink: sink,
          offsets: offsets[i], options: CaptureOptions(stopAt: stopAt, transactionsFolder: folder), logger: testLogger())
      }
      for i in 0..<2 {
        let first = try engine(i, CollectingSink(), nil)
        try await CaptureRun.with(first) { try await CaptureRun.streaming(first) }
      }
      try await work(database)
      let end = try #require(LSN(try await connection.query("SELECT pg_current_wal_lsn()::text").single()[0, as: String.self]))
      try await connection.execute("INSERT INTO other VALUES (-1)")
      for (i, memory) in ["1GB", "64kB"].enumerated() {
        try await setWorkMemory(memory, database, connection)
        let sink = CollectingSink()
        let engine = try engine(i, sink, end)
        try await within(.seconds(60)) { try await engine.run() }
        lines.append(sink.lines.map(Self.withoutTimeOfProcessing))
      }
      try await eventually("the slot's statistics") { try await streamed(slots[1], connection).transactions >= 3 }
      #expect(try await streamed(slots[0], connection).transactions == 0)
      #expect(lines[0].count > 30_000)
      // Not the arrays as a whole: a failure would print tens of thousands of lines.
      // The first line names the position before it, where each of the two had stopped.
      let difference = zip(lines[0], lines[1]).dropFirst().first { $0 != $1 }
      #expect(difference == nil)
      #expect(lines[0].count == lines[1].count)
      let hasUndone = lines[1].contains { $0.contains("\"gone\"") }
      #expect(!hasUndone)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      try? FileManager.default.removeItem(atPath: folder)
      await connection.close()
    }
  }

  @Test func `they become the same records in the same order as whole ones`() async throws { try await Self.compare(on: .shared) }

  @Test(.enabled(if: TestPostgres.hasNewest, "SLUICE_TEST_POSTGRES_NEWEST is not set"))
  func `they do so with the newest server's parallel form`() async throws { try await Self.compare(on: .newest) }

  @Test func `a capture that is killed while one is open gets it again from its beginning`() async throws {
    try await withTestDatabase { database in
      let connection = try await Self.prepare(database)
      try await Self.setWorkMemory("64kB", database, connection)
      let folder = NSTemporaryDirectory() + uniqueName("transactions")
      let offsets = MemoryOffsetStore()
      var lines: [String] = []
      let writer = try await Connection.connect(database, logger: testLogger())
      try await writer.execute("BEGIN")
      func heldBytes() -> Int {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.reduce(0) { sum, name in
          sum + (((try? FileManager.default.attributesOfItem(atPath: folder + "/" + name))?[.size] as? Int) ?? 0)
        }
      }
      for round in 0..<4 {
        let sink = CollectingSink()
        let engine = CaptureEngine(
          configuration: try CaptureRun.configuration(database, ["snapshot.mode": "no_data"]), sink: sink, offsets: offsets,
          options: CaptureOptions(transactionsFolder: folder), logger: testLogger())
        let task = Task { try await engine.run() }
        try await CaptureRun.streaming(engine)
        if round < 3 {
          try await Self.fill(writer, round * 3000 + 1...round * 3000 + 3000, round)
          // Others go on meanwhile, and are confirmed.
          try await connection.execute("INSERT INTO other VALUES (\(round), 'x')")
          try await eventually(within: .seconds(20), "held changes") { heldBytes() > (round + 1) * 300_000 }
          try await eventually("the small one") { !sink.lines.isEmpty }
          #expect(sink.lines.allSatisfy { $0.contains(".other") })
          task.cancel()
        } else {
          try await writer.execute("COMMIT")
          try await eventually(within: .seconds(30), "all rows") { sink.lines.count >= 9000 }
          engine.stop()
        }
        _ = await task.result
        lines += sink.lines
      }
      let keys = lines.compactMap(RecordView.init).filter { $0.topic.hasSuffix(".t") }.map(\.key)
      #expect(keys == (1...9000).map { "\($0)" })
      #expect(Set(lines.filter { $0.contains(".other") }.compactMap { RecordView($0)?.key }) == ["0", "1", "2"])
      try? FileManager.default.removeItem(atPath: folder)
      await writer.close()
      await connection.close()
    }
  }
}

extension Array {
  fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
    var result: [T] = []
    for element in self { result.append(try await body(element)) }
    return result
  }
}
