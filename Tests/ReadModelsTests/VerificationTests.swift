import Postgres
import Synchronization
import Syncer
import Testing

@testable import ReadModels

extension OnPostgres {
  /// Verification and repair while both sides are written to.
  @Suite struct VerificationTests {
    /// Does in place of waiting what a test wants to have happened meanwhile.
    private final class ScriptedBarrier: Barrier {
      private let passes = Mutex(0)
      private let body: @Sendable (Int) async throws -> Void

      init(_ body: @escaping @Sendable (Int) async throws -> Void = { _ in }) { self.body = body }

      var count: Int { passes.withLock { $0 } }

      func pass() async throws {
        let number = passes.withLock { passes in
          passes += 1
          return passes
        }
        try await body(number)
      }
    }

    private static let ddl = """
      CREATE TABLE t (a int, b text, v text, n numeric, l text[], PRIMARY KEY (a, b)); CREATE TABLE log (v text, n int)
      """

    private func withBench(_ body: (ReadModelBench, _ source: Connection) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Self.ddl, tables: ["t", "log"]) { bench in
        try await bench.connection.executeScript(
          """
          INSERT INTO t SELECT i, 'ä' || i, 'v', i, ARRAY['x', NULL] FROM generate_series(1, 50) i;
          INSERT INTO mirror_shop.t (a, b, v, n, l, _lsn) SELECT a, b, v, n, l, 100 FROM t;
          INSERT INTO log SELECT 'x', i % 3 FROM generate_series(1, 9) i;
          INSERT INTO mirror_shop.log (v, n, _lsn, _row) SELECT v, n, 1, row_number() OVER () FROM log;
          """)
        let source = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
        let result: Result<Void, any Error>
        do { result = .success(try await body(bench, source)) } catch { result = .failure(error) }
        await source.close()
        try result.get()
      }
    }

    private static let damage = """
      DELETE FROM mirror_shop.t WHERE a = 7; UPDATE mirror_shop.t SET _deleted_at = now() WHERE a = 8;
      INSERT INTO mirror_shop.t (a, b, _lsn) VALUES (99, '', 5); UPDATE mirror_shop.t SET v = NULL, n = 12.0 WHERE a = 12;
      """

    private func verify(
      _ bench: ReadModelBench, _ source: Connection, table: String = "t", _ barrier: ScriptedBarrier = ScriptedBarrier(),
      _ change: (inout VerificationOptions) -> Void = { _ in }
    ) async throws -> VerificationResult {
      var options = VerificationOptions()
      options.chunkSize = 7
      change(&options)
      let definition = try #require(bench.mirrors.definition(table: table))
      return try await MirrorVerification(bench.mirrors, options: options, barrier: barrier)
        .run(definition, source: source, mirror: bench.connection)
    }

    @Test func equalSidesNeedNoBarrier() async throws {
      try await withBench { bench, source in
        let barrier = ScriptedBarrier()
        for table in ["t", "log"] {
          let result = try await verify(bench, source, table: table, barrier)
          #expect(result.isClean && result.differences == 0)
        }
        #expect(barrier.count == 0)
      }
    }

    @Test func everyKindOfDriftIsFoundAndNamed() async throws {
      try await withBench { bench, source in
        try await bench.connection.executeScript(Self.damage)
        let result = try await verify(bench, source) { $0.showsValues = true }
        #expect([result.checked, result.missing, result.extra, result.different, result.unsettled] == [50, 2, 1, 1, 0])
        #expect(!result.isClean)
        let texts = Set(result.samples.map { "\($0.kind) \($0.key.joined(separator: ",")) \($0.columns.joined(separator: ","))" })
        #expect(texts == ["missing 7,ä7 ", "missing 8,ä8 ", "extra 99, ", "different 12,ä12 v,n"])
        let different = try #require(result.samples.first { $0.kind == "different" })
        #expect(different.values?["n"] == VerificationResult.Pair(source: "12", mirror: "12.0"))
        #expect(different.values?["v"] == VerificationResult.Pair(source: "v", mirror: nil))
      }
    }

    @Test func repairMendsEverythingAndLeavesTheStreamTheLastWord() async throws {
      try await withBench { bench, source in
        try await bench.connection.executeScript(Self.damage)
        let repaired = try await verify(bench, source) { $0.repairs = true }
        #expect(repaired.differences == 4 && repaired.repaired == 4 && repaired.isClean)
        let after = try await verify(bench, source)
        #expect(after.differences == 0)
        // A mended row keeps its version, so that whatever the stream still brings is newer.
        #expect(
          try await bench.rows("SELECT a, _lsn, _deleted_at IS NULL FROM mirror_shop.t WHERE a IN (7, 8, 12, 99) ORDER BY a")
            == ["7|0|t", "8|100|t", "12|100|t", "99|5|f"])
        let changes = Changes(table: "t")
        try await bench.apply([changes("u", lsn: 101, after: #"{"a":7,"b":"ä7","v":"streamed","n":{"scale":0,"value":"Bw=="},"l":null}"#)])
        #expect(try await bench.row("SELECT v FROM shop.t WHERE a = 7") == "streamed")
      }
    }

    @Test func aChangeOnItsWayIsNoDrift() async throws {
      try await withBench { bench, source in
        // Committed in the source, not applied yet; the barrier waits until it is.
        try await bench.connection.executeScript(
          "UPDATE t SET v = 'new' WHERE a = 3; DELETE FROM t WHERE a = 4; INSERT INTO t VALUES (60, 'z', 'v', 1, NULL)")
        let mirror = bench.connection
        let result = try await verify(
          bench, source,
          ScriptedBarrier { _ in
            try await mirror.executeScript(
              """
              UPDATE mirror_shop.t SET v = 'new', _lsn = 101 WHERE a = 3; UPDATE mirror_shop.t SET _deleted_at = now() WHERE a = 4;
              INSERT INTO mirror_shop.t (a, b, v, n, _lsn) VALUES (60, 'z', 'v', 1, 103) ON CONFLICT DO NOTHING
              """)
          })
        #expect(result.differences == 0 && result.unsettled == 0)
      }
    }

    @Test func aRowThatMovesIsLookedAtAgainAndNotMended() async throws {
      try await withBench { bench, source in
        try await bench.connection.executeScript("UPDATE mirror_shop.t SET v = 'wrong' WHERE a = 3")
        let connection = bench.connection
        // Three times the source writes the row while it is looked at; then it rests.
        let barrier = ScriptedBarrier { number in
          if number <= 3 { try await connection.executeScript("UPDATE t SET v = 'moved \(number)' WHERE a = 3") }
        }
        let result = try await verify(bench, source, barrier) { $0.repairs = true }
        #expect(result.different == 1 && result.repaired == 1 && result.unsettled == 0)
        #expect(barrier.count == 4)
        #expect(try await bench.row("SELECT v FROM shop.t WHERE a = 3") == "moved 3")
        let restless = ScriptedBarrier { number in
          try await connection.executeScript("UPDATE t SET v = 'again \(number)' WHERE a = 3")
        }
        try await bench.connection.executeScript("UPDATE mirror_shop.t SET v = 'wrong' WHERE a = 3")
        let unsettled = try await verify(bench, source, restless) { $0.attempts = 3 }
        #expect(unsettled.differences == 0 && unsettled.unsettled == 1 && !unsettled.isClean)
      }
    }

    @Test func aTableWithoutAKeyIsComparedAsAMultiset() async throws {
      try await withBench { bench, source in
        try await bench.connection.executeScript(
          """
          DELETE FROM mirror_shop.log WHERE _row = (SELECT min(_row) FROM mirror_shop.log WHERE n = 1);
          INSERT INTO mirror_shop.log (v, n, _lsn, _row) VALUES ('x', 2, 2, 1)
          """)
        let result = try await verify(bench, source, table: "log")
        #expect([result.missing, result.extra, result.unsettled] == [1, 1, 0])
        let connection = bench.connection
        let caughtUp = try await verify(
          bench, source, table: "log",
          ScriptedBarrier { _ in
            try await connection.executeScript(
              "DELETE FROM mirror_shop.log; INSERT INTO mirror_shop.log (v, n, _lsn, _row) SELECT v, n, 9, row_number() OVER () FROM log")
          })
        #expect(caughtUp.differences == 0)
      }
    }

    @Test func documentsAreComparedWithTheirRowsAndRecomputed() async throws {
      try await ReadModelBench.with(ddl: Shop.ddl, tables: Shop.tables, documents: [Shop.product]) { bench in
        let products = Changes(table: "products")
        try await bench.apply(
          (1...20).map { products("c", lsn: Int64($0), after: #"{"id":\#($0),"name":"p\#($0)","brand_id":null}"#) })
        let projection = try #require(bench.documents.first)
        var options = VerificationOptions()
        options.chunkSize = 6
        let sound = try await DocumentVerification(projection, options: options, barrier: ScriptedBarrier()).run(bench.connection)
        #expect(sound.checked == 20 && sound.differences == 0)
        try await bench.connection.executeScript(
          """
          DELETE FROM product_documents WHERE key = 3; UPDATE product_documents SET body = '{}' WHERE key = 4;
          INSERT INTO product_documents (key, version, lsn, body, updated_at) VALUES (77, 1, 1, '{}', now())
          """)
        let found = try await DocumentVerification(projection, options: options, barrier: ScriptedBarrier()).run(bench.connection)
        #expect([found.missing, found.different, found.extra, found.unsettled] == [1, 1, 1, 0])
        options.repairs = true
        let repaired = try await DocumentVerification(projection, options: options, barrier: ScriptedBarrier()).run(bench.connection)
        #expect(repaired.isClean && repaired.repaired == 3)
        let after = try await DocumentVerification(projection, options: options, barrier: ScriptedBarrier()).run(bench.connection)
        #expect(after.differences == 0)
      }
    }
  }
}
