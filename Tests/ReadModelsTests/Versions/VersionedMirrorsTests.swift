import Kafka
import Postgres
import ReadModels
import Syncer
import TestSupport
import Testing

extension OnPostgres {
  /// Mirrors built anew from topics, and single rows of them.
  @Suite(.timeLimit(.minutes(3))) struct VersionedMirrorsTests {
    let products = Changes(table: "products")
    let brands = Changes(table: "brands")

    private func product(_ id: Int, _ name: String) -> String { #"{"id":\#(id),"name":"\#(name)","brand_id":1}"# }

    /// A shop whose changes are in a topic, and applied to the live mirrors up to its end.
    private func withTopic(
      _ changes: [ChangeRecord], _ body: (ReadModelBench, Pool, RebuildConfiguration) async throws -> Void
    ) async throws {
      let kafka = try await TestKafka.shared().bootstrapServers
      let topic = uniqueTopic("versions")
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: kafka), logger: testLogger("admin"))
      try await admin.createTopic(NewTopic(topic, partitions: 1, configuration: ["retention.ms": "-1"]))
      let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: kafka), logger: testLogger("producer"))
      for change in changes {
        _ = try await producer.send(ProducerRecord(topic: topic, partition: 0, key: change.key, value: change.value))
      }
      await producer.close(deadline: .seconds(10))
      try await ReadModelBench.with(ddl: Shop.ddl, tables: Shop.tables, documents: [Shop.product]) { bench in
        let pool = Pool(configuration: bench.configuration, maxConnections: 6, logger: ReadModelBench.logger)
        // As a live syncer leaves it.
        let consumer = ConsumerConfiguration(bootstrapServers: kafka, groupID: nil)
        let cluster = try #require(try await admin.describeCluster().id)
        try await PostgresSink(handlers: [], pool: pool, logger: ReadModelBench.logger).prepare(
          OffsetScope(clusterID: cluster, group: "live"))
        try await bench.apply(changes)
        try await bench.connection.execute(
          "INSERT INTO sluice_offsets (cluster_id, consumer_group, topic, partition, next_offset) VALUES (\(cluster), 'live', \(topic), 0, \(Int64(changes.count)))"
        )
        var configuration = RebuildConfiguration(consumer: consumer, group: "live")
        // Slower than this is every broker: silence alone ends nothing.
        configuration.quietAfter = .milliseconds(1)
        try await body(bench, pool, configuration)
        await pool.close()
      }
      _ = try? await admin.deleteTopics([topic])
    }

    private var changes: [ChangeRecord] {
      [
        brands("c", lsn: 10, after: #"{"id":1,"name":"Acme"}"#), products("c", lsn: 11, after: product(1, "lamp")),
        products("c", lsn: 12, after: product(2, "kettle")), products("u", lsn: 13, after: product(1, "torch")),
        products("c", lsn: 14, after: product(3, "chair")), products("d", lsn: 15, before: #"{"id":3}"#),
      ]
    }

    @Test func damagedMirrorsAreBuiltAnewWithTheirViewsAndGuards() async throws {
      try await withTopic(changes) { bench, pool, configuration in
        try await bench.connection.executeScript(
          "UPDATE mirror_shop.products SET name = 'wrong'; DELETE FROM mirror_shop.brands; INSERT INTO mirror_shop.products (id, name, _lsn) VALUES (9, 'x', 1)"
        )
        let projection = bench.mirrors.projection(logger: ReadModelBench.logger)
        #expect(projection.name == "mirror.shop")
        let record = try await Rebuild(projection, configuration: configuration, pool: pool, logger: ReadModelBench.logger)
          .run(actor: "ann") { _ in }
        #expect(record.state == .live)
        #expect(try await bench.rows("SELECT id, name FROM shop.products ORDER BY id") == ["1|torch", "2|kettle"])
        #expect(try await bench.rows("SELECT id, name FROM shop.brands") == ["1|Acme"])
        // The delete's mark is there: an older change that comes late does not bring the row back.
        try await bench.apply([products("u", lsn: 14, after: product(3, "late"))])
        #expect(try await bench.rows("SELECT id FROM shop.products ORDER BY id") == ["1", "2"])
        // The live handler goes on in the new tables, with the registry that is there now.
        try await bench.apply([products("u", lsn: 20, after: product(2, "pot"))])
        #expect(try await bench.rows("SELECT name FROM shop.products WHERE id = 2") == ["pot"])
        #expect(try await bench.rows("SELECT count(*) FROM mirror_shop__mirror_shop_v1.products") == ["4"])
      }
    }

    @Test func oneRowIsMadeAnewFromItsHistoryAndItsDocumentFollows() async throws {
      try await withTopic(changes) { bench, pool, configuration in
        try await bench.connection.executeScript(
          "UPDATE mirror_shop.products SET name = 'wrong'; UPDATE product_documents SET body = jsonb_set(body, '{name}', '\"wrong\"')")
        let projection = bench.mirrors.projection(documents: bench.documents, logger: ReadModelBench.logger)
        let rebuild = Rebuild(projection, configuration: configuration, pool: pool, logger: ReadModelBench.logger)
        let key = try #require(projection.key)
        #expect(try await rebuild.rebuild(key("products", ["1"])) { _ in } == 2)
        #expect(try await bench.rows("SELECT name FROM shop.products ORDER BY id") == ["torch", "wrong"])
        #expect(
          try await bench.rows("SELECT body->>'name' FROM product_documents WHERE body IS NOT NULL ORDER BY key") == ["torch", "wrong"])
        // The offsets are where they were, and newer changes win as before.
        try await bench.apply([products("u", lsn: 30, after: product(1, "lantern"))])
        #expect(try await bench.rows("SELECT name FROM shop.products WHERE id = 1") == ["lantern"])
        for (table, values) in [("nothing", ["1"]), ("products", ["1", "2"])] {
          #expect(throws: RebuildError.self) { try key(table, values) }
        }
        await #expect(throws: RebuildError.self) { try await rebuild.rebuild(key("products", ["77"])) { _ in } }
        #expect(try await bench.rows("SELECT name FROM shop.products ORDER BY id") == ["lantern", "wrong"])
      }
    }

    /// The mirrors as a process that starts now finds them: those of the bench belong to the live syncer.
    private func mirrorsOfATool(_ bench: ReadModelBench) async throws -> MirrorSet {
      try await MirrorCatalog.load(from: bench.connection, tables: Shop.tables, namespace: MirrorNamespace(topicPrefix: "shop"))
        .mirrors(topicPrefix: "shop").serving([Shop.product])
    }

    private func evolve(_ bench: ReadModelBench, _ pool: Pool) async throws {
      let evolution = MirrorEvolution(bench.mirrors, pool: pool, logger: ReadModelBench.logger) { [bench] in
        try await MirrorCatalog.load(from: bench.connection, tables: Shop.tables, namespace: MirrorNamespace(topicPrefix: "shop"))
      }
      try await evolution.checkNow()
    }

    @Test func aColumnThatTheLiveMirrorHasGotMeanwhileIsNotLostAtTheSwitch() async throws {
      try await withTopic(changes) { bench, pool, configuration in
        func rebuild(_ mirrors: MirrorSet, stops: Bool = false) -> Rebuild {
          var configuration = configuration
          configuration.stopsBeforeSwitch = stops
          return Rebuild(
            mirrors.projection(logger: ReadModelBench.logger), configuration: configuration, pool: pool, logger: ReadModelBench.logger)
        }
        let before = try await mirrorsOfATool(bench)
        _ = try await rebuild(before, stops: true).run(actor: "ann") { _ in }
        try await bench.connection.executeScript("ALTER TABLE products ADD COLUMN color text DEFAULT 'grey'")
        try await evolve(bench, pool)
        try await bench.apply([products("u", lsn: 20, after: #"{"id":2,"name":"pot","brand_id":1,"color":"red"}"#)])
        let error = await #expect(throws: RebuildError.self) { try await rebuild(before).run(actor: "ann") { _ in } }
        #expect(error?.code == .columnsDiffer)
        #expect(error?.description.contains("shop.products.color") == true, "\(error?.description ?? "")")
        #expect(try await bench.rows("SELECT color FROM shop.products ORDER BY id") == ["grey", "red"])
        // Another start knows the column.
        #expect(try await rebuild(try await mirrorsOfATool(bench)).run(actor: "ann") { _ in }.state == .live)
        try await bench.apply([products("u", lsn: 21, after: #"{"id":2,"name":"pot","brand_id":1,"color":"blue"}"#)])
        #expect(try await bench.rows("SELECT name, color FROM shop.products ORDER BY id") == ["torch|grey", "pot|blue"])
        // The version of before gets it, too, when it is gone back to.
        #expect(try await rebuild(try await mirrorsOfATool(bench)).rollBack(actor: "ann") { _ in }.version.number == 1)
        try await bench.apply([products("u", lsn: 22, after: #"{"id":2,"name":"pan","brand_id":1,"color":"green"}"#)])
        #expect(try await bench.rows("SELECT name, color FROM shop.products ORDER BY id") == ["torch|grey", "pan|green"])
      }
    }

    @Test func aFieldThatTheVersionHasNoColumnForKeepsTheLiveOneWhereItIs() async throws {
      let added = products("u", lsn: 16, after: #"{"id":2,"name":"pot","brand_id":1,"color":"red"}"#)
      try await withTopic(changes) { bench, pool, configuration in
        let before = try await mirrorsOfATool(bench)
        try await bench.connection.executeScript("ALTER TABLE products ADD COLUMN color text")
        try await evolve(bench, pool)
        let topic = try #require(try await bench.rows("SELECT topic FROM sluice_offsets").first)
        let producer = try Producer(
          configuration: ProducerConfiguration(bootstrapServers: try await TestKafka.shared().bootstrapServers),
          logger: testLogger("producer"))
        _ = try await producer.send(ProducerRecord(topic: topic, partition: 0, key: added.key, value: added.value))
        await producer.close(deadline: .seconds(10))
        try await bench.apply([added])
        try await bench.connection.execute("UPDATE sluice_offsets SET next_offset = next_offset + 1")
        func rebuild(_ mirrors: MirrorSet) -> Rebuild {
          Rebuild(
            mirrors.projection(logger: ReadModelBench.logger), configuration: configuration, pool: pool, logger: ReadModelBench.logger)
        }
        let error = await #expect(throws: RebuildError.self) { try await rebuild(before).run(actor: "ann") { _ in } }
        #expect(error?.code == .hasFailures)
        #expect(error?.description.contains("color") == true, "\(error?.description ?? "")")
        #expect(try await bench.rows("SELECT name, color FROM shop.products WHERE id = 2") == ["pot|red"])
        _ = try await rebuild(before).drop(abandoned: true)
        #expect(try await rebuild(try await mirrorsOfATool(bench)).run(actor: "ann") { _ in }.state == .live)
        #expect(try await bench.rows("SELECT name, color FROM shop.products WHERE id = 2") == ["pot|red"])
      }
    }

    @Test func aTableThatAnIncrementalSnapshotLeavesOutKeepsItsRows() async throws {
      try await withTopic(changes) { bench, pool, configuration in
        try await bench.connection.executeScript("CREATE TABLE journal (what text)")
        let mirrors = try await MirrorCatalog.load(
          from: bench.connection, tables: Shop.tables + ["journal"], namespace: MirrorNamespace(topicPrefix: "shop")
        ).mirrors(topicPrefix: "shop")
        let live = MirrorProjection(mirrors, logger: ReadModelBench.logger)
        try await live.prepare(bench.connection)
        let entry = Changes(table: "journal")("c", lsn: 20, after: #"{"what":"opened"}"#)
        try await bench.connection.transaction { try await live.apply([entry], in: $0) }
        var configuration = configuration
        configuration.source = .snapshot
        let rebuild = Rebuild(
          mirrors.projection(logger: ReadModelBench.logger), configuration: configuration, pool: pool, logger: ReadModelBench.logger)
        let error = await #expect(throws: RebuildError.self) {
          try await rebuild.run(actor: "ann", requestSnapshot: { _ in }) { _ in }
        }
        #expect(error?.code == .notInSnapshots)
        #expect(error?.description.contains("public.journal") == true, "\(error?.description ?? "")")
        #expect(try await bench.rows("SELECT what FROM shop.journal") == ["opened"])
        #expect(try await bench.rows("SELECT state FROM sluice_versions").isEmpty, "nothing was begun")
      }
    }

    @Test func aRowWhoseHistoryRetentionHasCutIsNotMadeOfWhatIsLeft() async throws {
      try await withTopic(changes) { bench, pool, configuration in
        let topic = try #require(try await bench.rows("SELECT topic FROM sluice_offsets").first)
        let admin = try Admin(
          configuration: AdminConfiguration(bootstrapServers: try await TestKafka.shared().bootstrapServers), logger: testLogger("admin"))
        _ = try await admin.deleteRecords(before: [TopicPartition(topic: topic, partition: 0): 3])
        let projection = bench.mirrors.projection(documents: bench.documents, logger: ReadModelBench.logger)
        let rebuild = Rebuild(projection, configuration: configuration, pool: pool, logger: ReadModelBench.logger)
        let key = try #require(projection.key)
        let error = await #expect(throws: RebuildError.self) { try await rebuild.rebuild(key("products", ["2"])) { _ in } }
        #expect(error?.code == .historyIsCut)
        #expect(error?.description.contains("without --key and with --from snapshot") == true, "\(error?.description ?? "")")
        #expect(try await bench.rows("SELECT id, name FROM shop.products ORDER BY id") == ["1|torch", "2|kettle"])
      }
    }
  }
}
