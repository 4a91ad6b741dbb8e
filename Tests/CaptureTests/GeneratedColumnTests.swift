import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// Generated columns: stream, snapshot and incremental snapshot carry the same ones, those that the publication publishes.
@Suite struct GeneratedColumnTests {
  private static let table = "CREATE TABLE t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED, b text)"
  private static let settings = [
    "extended.headers.enabled": "false", "tombstones.on.delete": "false", "signal.enabled.channels": "in-process",
    "incremental.snapshot.chunk.size": "2",
  ]

  /// `after` of one row by each way: the snapshot, the stream, an incremental snapshot.
  private static func rows(
    _ statements: [Query], settings more: [String: String] = [:], on server: TestPostgres
  ) async throws -> (initial: [String], stream: [String], incremental: [String]) {
    try await withTestDatabase(on: server) { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      for statement in statements { try await connection.execute(statement) }
      try await connection.execute("INSERT INTO t VALUES (1, 4, DEFAULT, 'x')")
      let sink = CollectingSink()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, Self.settings.merging(more) { $1 }), sink: sink,
        offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t VALUES (2, 5, DEFAULT, 'y')")
        try await eventually("the change") { sink.lines.count >= 2 }
        try await connection.execute("DELETE FROM t WHERE id = 1")
        try await eventually("the deletion") { sink.lines.count >= 3 }
        try engine.send(CaptureSignal(id: "1", type: "execute-snapshot", data: #"{"data-collections":["public.t"],"type":"incremental"}"#))
        try await eventually("the incremental snapshot") { sink.lines.count >= 4 }
      }
      await connection.close()
      let lines = sink.lines
      func after(_ operation: String, _ snapshot: String) -> [String] {
        lines.filter { $0.contains(#""op":"\#(operation)""#) && $0.contains(#""snapshot":"\#(snapshot)""#) }.map { line in
          let start = line.range(of: #""after":"#)?.upperBound ?? line.startIndex
          return String(line[start..<(line.range(of: #","source""#)?.lowerBound ?? line.endIndex)])
        }
      }
      return (after("r", "last"), after("c", "false"), after("r", "incremental"))
    }
  }

  @Test func beforePostgreSQL18TheyAreNowhere() async throws {
    let rows = try await Self.rows(["\(unescaped: Self.table)"], on: .shared)
    #expect(rows.initial == [#"{"id":1,"a":4,"b":"x"}"#])
    #expect(rows.stream == [#"{"id":2,"a":5,"b":"y"}"#])
    #expect(rows.incremental == [#"{"id":2,"a":5,"b":"y"}"#])
  }

  @Test(.enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"))
  func aPublicationThatIsMadeHereDoesNotPublishThem() async throws {
    let rows = try await Self.rows(["\(unescaped: Self.table)"], on: .newest)
    #expect(rows.initial == [#"{"id":1,"a":4,"b":"x"}"#])
    #expect(rows.stream == [#"{"id":2,"a":5,"b":"y"}"#])
    #expect(rows.incremental == [#"{"id":2,"a":5,"b":"y"}"#])
  }

  @Test(
    .enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"),
    arguments: [
      ["CREATE PUBLICATION dbz_publication FOR ALL TABLES WITH (publish_generated_columns = stored)"],
      ["CREATE PUBLICATION dbz_publication FOR TABLE t (id, a, twice, b)"],
      // The table is added by publication.autocreate.mode=filtered, after it was looked at first.
      [
        "CREATE TABLE other (id int PRIMARY KEY)",
        "CREATE PUBLICATION dbz_publication FOR TABLE other WITH (publish_generated_columns = stored)",
      ],
    ])
  func aPublicationThatPublishesThemMakesThemPartOfEveryRow(_ publication: [String]) async throws {
    let isFiltered = publication.count > 1
    let rows = try await Self.rows(
      (["\(unescaped: Self.table)"] + publication.map { "\(unescaped: $0)" }),
      settings: isFiltered ? ["publication.autocreate.mode": "filtered", "table.include.list": "public\\.t"] : [:], on: .newest)
    #expect(rows.initial == [#"{"id":1,"a":4,"twice":8,"b":"x"}"#])
    #expect(rows.stream == [#"{"id":2,"a":5,"twice":10,"b":"y"}"#])
    #expect(rows.incremental == [#"{"id":2,"a":5,"twice":10,"b":"y"}"#])
  }

  /// Virtual ones are computed when they are read: no server publishes them.
  @Test(.enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"))
  func virtualOnesAreNowhere() async throws {
    let rows = try await Self.rows(
      [
        "CREATE TABLE t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL, b text)",
        "CREATE PUBLICATION dbz_publication FOR ALL TABLES WITH (publish_generated_columns = stored)",
      ], on: .newest)
    #expect(rows.initial == [#"{"id":1,"a":4,"b":"x"}"#])
    #expect(rows.stream == [#"{"id":2,"a":5,"b":"y"}"#])
    #expect(rows.incremental == [#"{"id":2,"a":5,"b":"y"}"#])
  }
}
