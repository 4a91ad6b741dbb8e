import Postgres
import ReadModels
import Testing

extension OnPostgres {
  @Suite struct MirrorComparisonTests {
    @Test func findsEveryDifference() async throws {
      let ddl = "CREATE TABLE t (a int, b text, v text, n numeric, PRIMARY KEY (a, b)); CREATE TABLE log (v text, n int)"
      try await ReadModelBench.with(ddl: ddl, tables: ["t", "log"]) { bench in
        try await bench.connection.executeScript(
          """
          INSERT INTO t SELECT i, 'ä' || i, 'v', i FROM generate_series(1, 50) i;
          INSERT INTO mirror_shop.t (a, b, v, n, _lsn) SELECT a, b, v, n, 1 FROM t;
          INSERT INTO log SELECT 'x', i % 3 FROM generate_series(1, 9) i;
          INSERT INTO mirror_shop.log (v, n, _lsn, _row) SELECT v, n, 1, row_number() OVER () FROM log;
          """)
        let source = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
        let comparison = MirrorComparison(bench.mirrors, chunkSize: 7)
        for result in try await comparison.run(source: source, mirror: bench.connection) { #expect(result.isEqual, "\(result)") }
        try await bench.connection.executeScript(
          """
          DELETE FROM mirror_shop.t WHERE a = 7; UPDATE mirror_shop.t SET _deleted_at = now() WHERE a = 8;
          INSERT INTO mirror_shop.t (a, b, _lsn) VALUES (99, '', 1); UPDATE mirror_shop.t SET v = NULL, n = 12.0 WHERE a = 12;
          DELETE FROM mirror_shop.log WHERE _row = (SELECT min(_row) FROM mirror_shop.log WHERE n = 1);
          INSERT INTO mirror_shop.log (v, n, _lsn, _row) VALUES ('x', 2, 2, 1), ('y', 2, 2, 2);
          """)
        let results = try await comparison.run(source: source, mirror: bench.connection)
        let keyed = try #require(results.first)
        #expect([keyed.sourceRows, keyed.mirrorRows, keyed.missing, keyed.extra, keyed.different] == [50, 49, 2, 1, 1])
        #expect(
          Set(keyed.samples.map(\.description)) == ["missing {7,ä7}", "missing {8,ä8}", "extra {99,\"\"}", "different {12,ä12} (v, n)"])
        let log = try #require(results.last)
        #expect([log.sourceRows, log.mirrorRows, log.missing, log.extra, log.different] == [9, 10, 1, 2, 0])
        #expect(!log.isEqual)
        await source.close()
      }
    }
  }
}
