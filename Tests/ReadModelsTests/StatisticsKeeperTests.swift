import Logging
import Postgres
import ReadModels
import Testing

extension OnPostgres {
  @Suite struct StatisticsKeeperTests {
    @Test func tablesThatHaveGrownAreCountedAndTheOthersLeft() async throws {
      try await ReadModelBench.with(ddl: Shop.ddl, tables: Shop.tables, documents: [Shop.product]) { bench in
        let keeper = StatisticsKeeper(mirrors: bench.mirrors, documents: [Shop.product.location], logger: Logger(label: "test"))
        #expect(try await keeper.refresh(on: bench.connection).isEmpty)
        try await bench.connection.execute(
          "INSERT INTO mirror_shop.brands (id, name, _lsn) SELECT i, 'b', 1 FROM generate_series(1, 2000) i")
        // The server makes known what a transaction has changed a moment after it.
        try await bench.connection.execute("SELECT pg_stat_force_next_flush()")
        #expect(try await keeper.refresh(on: bench.connection) == [#""mirror_shop"."brands""#])
        #expect(try await bench.rows("SELECT reltuples::bigint FROM pg_class WHERE oid = 'mirror_shop.brands'::regclass") == ["2000"])
        #expect(try await keeper.refresh(on: bench.connection).isEmpty)
        // Rows that change leave the table as large as it was.
        try await bench.connection.execute("UPDATE mirror_shop.brands SET name = 'c', _lsn = 2")
        try await bench.connection.execute("SELECT pg_stat_force_next_flush()")
        #expect(try await keeper.refresh(on: bench.connection).isEmpty)
      }
    }
  }
}
