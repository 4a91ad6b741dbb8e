import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

/// What is kept beside the rows: positions, columns, marks.
extension OnPostgres.MirrorProjectionTests {
  @Test func positionsMoveWithTheBatchAndOnlyForward() async throws {
    try await withBench { bench in
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
      try await bench.apply([customers("u", lsn: 20, after: row(1, "b", nil))])
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
      #expect(
        try await bench.rows("SELECT handler, topic, partition, lsn FROM public.sluice_applied_positions")
          == ["mirror.shop|shop.public.customers|0|20"])
    }
  }

  @Test func preparingAgainFollowsNewColumnsAndRefusesOthers() async throws {
    try await withBench { bench in
      try await bench.mirror.prepare(bench.connection)
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
      try await bench.connection.executeScript("ALTER TABLE customers ADD COLUMN phone text")
      let namespace = MirrorNamespace(topicPrefix: "shop")
      let wider = try await MirrorCatalog.load(from: bench.connection, tables: Self.tables, namespace: namespace).mirrors()
      let projection = MirrorProjection(wider, logger: ReadModelBench.logger)
      try await projection.prepare(bench.connection)
      try await projection.apply([customers("u", lsn: 11, after: #"{"id":1,"email":"a","bio":null,"phone":"1"}"#)], in: bench.connection)
      #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|a|-|1"])
      try await bench.connection.executeScript("ALTER TABLE customers ALTER COLUMN phone TYPE varchar(9)")
      let other = try await MirrorCatalog.load(from: bench.connection, tables: ["customers"], namespace: namespace).mirrors()
      let error = await #expect(throws: MirrorError.self) {
        try await MirrorProjection(other, logger: ReadModelBench.logger).prepare(bench.connection)
      }
      #expect(error?.code == .incompatibleMirror)
    }
  }

  @Test func oldMarksArePrunedInBoundedSteps() async throws {
    try await withBench { bench in
      try await bench.apply((1...5).map { customers("d", lsn: Int64($0), before: row($0, "", nil)) })
      try await bench.apply([customers("c", lsn: 10, after: row(9, "a", nil))])
      try await bench.connection.executeScript("UPDATE mirror_shop.customers SET _deleted_at = now() - interval '2 days' WHERE id < 5")
      let tombstones = MirrorTombstones(retention: .seconds(86_400), stepSize: 3)
      #expect(try await tombstones.prune(mirrors: bench.mirrors, on: bench.connection) == 3)
      #expect(try await tombstones.prune(mirrors: bench.mirrors, on: bench.connection) == 1)
      #expect(try await tombstones.prune(mirrors: bench.mirrors, on: bench.connection) == 0)
      #expect(try await bench.rows("SELECT id FROM mirror_shop.customers ORDER BY id") == ["5", "9"])
    }
  }

  @Test func thePrunerGoesOnUntilItIsCancelled() async throws {
    try await withBench { bench in
      try await bench.apply((1...7).map { customers("d", lsn: Int64($0), before: row($0, "", nil)) })
      try await bench.connection.executeScript("UPDATE mirror_shop.customers SET _deleted_at = now() - interval '2 days'")
      let pool = Pool(configuration: bench.configuration, maxConnections: 1, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
      let pruner = TombstonePruner(
        MirrorTombstones(retention: .seconds(86_400), stepSize: 3), mirrors: bench.mirrors, interval: .seconds(3600), pool: pool,
        logger: ReadModelBench.logger)
      let running = Task { await pruner.run() }
      try await eventually(within: .seconds(10), "three rounds without a pause") {
        try await bench.rows("SELECT id FROM mirror_shop.customers").isEmpty
      }
      running.cancel()
      await running.value
      await pool.close()
    }
  }
}
