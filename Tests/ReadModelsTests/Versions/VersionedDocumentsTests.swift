import Kafka
import Postgres
import ReadModels
import Synchronization
import Syncer
import TestSupport
import Testing

extension OnPostgres {
  /// Documents computed anew from the mirrors, beside live ones that change meanwhile.
  @Suite(.timeLimit(.minutes(3))) struct VersionedDocumentsTests {
    let products = Changes(table: "products")
    let brands = Changes(table: "brands", partition: 4)

    private func product(_ id: Int, _ name: String, brand: Int = 1) -> String { #"{"id":\#(id),"name":"\#(name)","brand_id":\#(brand)}"# }

    private func withShop(_ count: Int, _ body: (ReadModelBench, Pool, VersionedDocuments) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Shop.ddl, tables: Shop.tables, documents: [Shop.product]) { bench in
        try await bench.apply([brands("c", lsn: 1, after: #"{"id":1,"name":"Acme"}"#)])
        try await bench.apply((1...count).map { products("c", lsn: Int64(10 + $0), after: product($0, "p\($0)")) })
        let pool = Pool(configuration: bench.configuration, maxConnections: 6, logger: ReadModelBench.logger)
        try await body(bench, pool, try VersionedDocuments(Shop.product, mirrors: bench.mirrors, logger: ReadModelBench.logger))
        await pool.close()
      }
    }

    private func rebuild(
      _ documents: VersionedDocuments, _ pool: Pool, batch: Int = 50, _ change: (inout RebuildConfiguration) -> Void = { _ in }
    )
      -> Rebuild
    {
      var configuration = RebuildConfiguration(consumer: ConsumerConfiguration(bootstrapServers: "127.0.0.1:1", groupID: nil), group: "g")
      configuration.source = .mirrors
      configuration.batchRecords = batch
      change(&configuration)
      return Rebuild(documents.projection, configuration: configuration, pool: pool, logger: ReadModelBench.logger)
    }

    /// Documents that differ from what the mirrors say.
    private static let wrong = """
      SELECT coalesce(p.id, d.key) FROM shop.products p FULL JOIN (SELECT * FROM product_documents WHERE body IS NOT NULL) d ON d.key = p.id
      LEFT JOIN shop.brands b ON b.id = p.brand_id
      WHERE d.key IS NULL OR p.id IS NULL OR d.body->>'name' IS DISTINCT FROM p.name OR d.body->>'brand' IS DISTINCT FROM b.name
      """

    @Test func wrongDocumentsAreMadeRightAndTheirVersionsGoOn() async throws {
      try await withShop(120) { bench, pool, documents in
        try await bench.connection.executeScript(
          """
          UPDATE product_documents SET body = jsonb_set(body, '{name}', '"wrong"'), version = 5000 WHERE key = 7;
          DELETE FROM product_documents WHERE key = 8;
          INSERT INTO product_documents (key, version, lsn, body) VALUES (9999, 3, 3, '{"name": "nobody"}');
          INSERT INTO product_documents (key, version, lsn, body) VALUES (9998, 77, 3, NULL)
          """)
        let record = try await rebuild(documents, pool).run(actor: "ann") { _ in }
        #expect(record.state == .live)
        #expect(record.records == 120)
        #expect(try await bench.rows(Self.wrong) == [])
        // Who has version 5000 is told; who has a right one need not fetch it again; a mark keeps its version.
        #expect(try await bench.row("SELECT version FROM product_documents WHERE key = 7") == "5001")
        #expect(
          try await bench.rows(
            "SELECT n.key FROM product_documents n JOIN public__document_product_v1.product_documents o USING (key) WHERE n.key NOT IN (7) AND n.version <> o.version"
          ) == [])
        #expect(try await bench.row("SELECT version FROM product_documents WHERE key = 9998") == "77")
        #expect(try await bench.rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == [], "the live table has no trigger left")
        // The live projection goes on.
        try await bench.apply([products("u", lsn: 900, after: product(7, "again"))])
        #expect(try await bench.row("SELECT version, body->>'name' FROM product_documents WHERE key = 7") == "5002|again")
      }
    }

    @Test func whatTheLiveProjectionWritesMeanwhileIsNotLost() async throws {
      try await withShop(400) { bench, pool, documents in
        let isStopped = Flag()
        let writer = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
        let writing = Task {
          var lsn: Int64 = 10_000
          var pace = Pace(every: .milliseconds(10))
          while !isStopped.isSet {
            try await pace.next()
            lsn += 10
            let id = Int(lsn / 10) % 500 + 1
            try await bench.apply(
              [
                products("u", lsn: lsn, after: product(id, "n\(lsn)", brand: 1 + id % 2)),
                products("d", lsn: lsn + 1, before: #"{"id":\#(id % 37 + 100)}"#),
                brands("u", lsn: lsn + 2, after: #"{"id":\#(1 + id % 2),"name":"b\#(lsn % 70)"}"#),
              ], on: writer)
          }
          return lsn
        }
        do {
          for number in 2...4 {
            let record = try await rebuild(documents, pool, batch: 20) { $0.lockTimeout = .milliseconds(500) }.run(actor: "ann") { _ in }
            #expect(record.version.number == number)
          }
          let back = try await rebuild(documents, pool).rollBack(actor: "ann") { _ in }
          #expect(back.version.number == 3)
        } catch {
          isStopped.set()
          _ = try? await writing.value
          throw error
        }
        isStopped.set()
        #expect(try await writing.value > 10_010)
        await writer.close()
        #expect(try await bench.rows(Self.wrong) == [])
        #expect(try await rebuild(documents, pool).drop(abandoned: false).map(\.number) == [1, 2, 4])
        #expect(try await bench.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public\\_\\_%'") == [])
      }
    }

    @Test func anInterruptedCopyGoesOnAfterItsLastKey() async throws {
      try await withShop(200) { bench, pool, documents in
        let task = Task { try await rebuild(documents, pool, batch: 10) { $0.throttle = 20 }.run(actor: "ann") { _ in } }
        try await eventually {
          (try? await bench.row("SELECT records FROM sluice_versions WHERE version = 2")).flatMap { $0.flatMap(Int.init) } ?? 0 >= 20
        }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        let copied = Int(try await bench.row("SELECT records FROM sluice_versions WHERE version = 2") ?? "0") ?? 0
        #expect((20..<200).contains(copied))
        try await bench.apply([products("u", lsn: 900, after: product(3, "meanwhile"))])
        let record = try await rebuild(documents, pool).run(actor: "ann") { _ in }
        #expect(record.version.number == 2)
        #expect(record.records == 200, "what was copied is not copied again")
        #expect(try await bench.rows(Self.wrong) == [])
      }
    }

    @Test func oneDocumentIsMadeAnewByItself() async throws {
      try await withShop(5) { bench, _, documents in
        try await bench.connection.executeScript(
          "UPDATE product_documents SET body = '{}' WHERE key IN (1, 2); DELETE FROM product_documents WHERE key = 3")
        #expect(try await documents.rebuild(key: "1", on: bench.connection))
        #expect(try await documents.rebuild(key: "3", on: bench.connection))
        #expect(try await documents.rebuild(key: "4", on: bench.connection) == false)
        #expect(try await bench.rows(Self.wrong) == ["2"])
      }
    }

    @Test func givingUpLeavesNothingOnTheLiveTable() async throws {
      try await withShop(20) { bench, pool, documents in
        _ = try await rebuild(documents, pool) { $0.stopsBeforeSwitch = true }.run(actor: "ann") { _ in }
        #expect(try await bench.rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == ["sluice_v2"])
        #expect(try await rebuild(documents, pool).drop(abandoned: true).map(\.number) == [2])
        #expect(try await bench.rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == [])
        #expect(try await rebuild(documents, pool).run(actor: "ann") { _ in }.version.number == 3)
      }
    }

    private final class Flag: Sendable {
      private let value = Atomic<Bool>(false)
      var isSet: Bool { value.load(ordering: .relaxed) }
      func set() { value.store(true, ordering: .relaxed) }
    }
  }
}
