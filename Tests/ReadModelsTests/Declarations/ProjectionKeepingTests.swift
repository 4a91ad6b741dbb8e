import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// What is kept about declarations: fingerprints, indexes, and how documents are read.
  @Suite struct ProjectionKeepingTests {
    static let ddl = """
      CREATE TABLE products (id bigint PRIMARY KEY, name text, brand_id bigint, price integer);
      CREATE TABLE brands (id bigint PRIMARY KEY, name text);
      """
    static func yaml(_ fields: String, _ rest: String = "", root: String = "products") -> String {
      "projection: item\ntable: items\nroot: \(root)\nfields: \(fields)\n\(rest)"
    }
    let products = Changes(table: "products")
    let brands = Changes(table: "brands", partition: 1)

    /// Another declaration of the same projection over the same mirrors.
    private func declare(_ yaml: String, _ bench: ReadModelBench) async throws -> DocumentProjection {
      let declared = try DeclaredProjections(ProjectionDeclaration.parse(yaml, file: "p.yaml"))
      let definition = try #require(try await declared.definitions(over: bench.mirrors, checkedOn: bench.connection).first)
      let projection = try DocumentProjection(definition, mirrors: bench.mirrors, logger: ReadModelBench.logger)
      try await projection.prepare(bench.connection)
      return projection
    }

    private func withPool(_ bench: ReadModelBench, _ body: (Pool) async throws -> Void) async throws {
      let pool = Pool(configuration: bench.configuration, maxConnections: 4, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
      do { try await body(pool) } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }

    @Test func documentsFollowADeclarationThatChanges() async throws {
      try await DeclaredDocumentTests.with(ddl: Self.ddl, tables: ["products", "brands"], yaml: Self.yaml("[id, name]")) { bench in
        try await bench.apply((1...25).map { products("c", lsn: Int64($0), after: #"{"id":\#($0),"name":"p\#($0)","price":\#($0)}"#) })
        try await bench.apply([brands("c", lsn: 40, after: #"{"id":3,"name":"b3"}"#)])
        try await withPool(bench) { pool in
          let builder = ProjectionBuilder([], pool: pool, stepSize: 10, logger: ReadModelBench.logger)
          func entry() async throws -> String? {
            try await bench.row("SELECT fingerprint || ' ' || is_built FROM sluice_projections WHERE projection = 'item'")
          }
          let first = bench.documents[0]
          #expect(try await builder.build(first) == 25, "nobody has said by what the documents were made")
          #expect(try await entry() == "\(first.definition.fingerprint) true")
          #expect(try await builder.build(first) == 0)

          // Comments, names of files and indexes make no other documents.
          let same = try await declare(Self.yaml("[id, name]", "# new\nindexes: {texts: [name]}"), bench)
          #expect(same.definition.fingerprint == first.definition.fingerprint)

          let second = try await declare(Self.yaml("[id, name, price]"), bench)
          #expect(second.definition.fingerprint != first.definition.fingerprint)
          #expect(try await builder.build(second) == 25)
          #expect(try await bench.row("SELECT count(*) FROM items WHERE body->>'price' = key::text") == "25")
          #expect(try await entry() == "\(second.definition.fingerprint) true")

          // Another root: what the old one left behind goes.
          let third = try await declare(Self.yaml("[id, name]", root: "brands"), bench)
          #expect(try await builder.build(third) > 0)
          #expect(try await bench.rows("SELECT key FROM items WHERE body IS NOT NULL") == ["3"])
        }
      }
    }

    @Test func aBuildThatWasInterruptedGoesOnWhereItWas() async throws {
      try await DeclaredDocumentTests.with(ddl: Self.ddl, tables: ["products", "brands"], yaml: Self.yaml("[id]")) { bench in
        try await bench.apply((1...30).map { products("c", lsn: Int64($0), after: #"{"id":\#($0)}"#) })
        try await withPool(bench) { pool in
          let builder = ProjectionBuilder([], pool: pool, stepSize: 10, logger: ReadModelBench.logger)
          try await builder.build(bench.documents[0])
          try await bench.connection.executeScript("UPDATE sluice_projections SET is_built = false, last_key = '10'")
          #expect(try await builder.build(bench.documents[0]) == 20)
        }
      }
    }

    @Test func aTableWithKeysOfAnotherTypeIsRefused() async throws {
      try await DeclaredDocumentTests.with(ddl: Self.ddl, tables: ["products", "brands"], yaml: Self.yaml("[id]")) { bench in
        try await bench.connection.executeScript("DROP TABLE items; CREATE TABLE items (key text PRIMARY KEY)")
        let error = await #expect(throws: MirrorError.self) { try await bench.documents[0].prepare(bench.connection) }
        #expect(
          error?.reason
            == "table \"public\".\"items\" holds documents with keys of type text, the declaration makes keys of type bigint: drop the table, or declare another one"
        )
      }
    }

    @Test func indexesAreThoseThatAreDeclared() async throws {
      let rest = "indexes: {contains: false, numbers: [price], texts: [name]}\nsearch: {fields: [name], language: english}"
      try await DeclaredDocumentTests.with(ddl: Self.ddl, tables: ["products", "brands"], yaml: Self.yaml("[id, name, price]", rest)) {
        bench in
        func indexes() async throws -> [String] {
          try await bench.rows(
            "SELECT regexp_replace(indexname, '_[0-9a-z]{10,}$', '') FROM pg_indexes WHERE tablename = 'items' ORDER BY 1")
        }
        #expect(try await indexes() == ["items_deleted", "items_name_text", "items_pkey", "items_price", "items_search"])
        _ = try await declare(Self.yaml("[id, name, price]", "search: {fields: [name], language: german}"), bench)
        #expect(try await indexes() == ["items_body", "items_deleted", "items_pkey", "items_search"])
      }
    }

    @Test func documentsAreSearchedByTheirWords() async throws {
      let yaml = """
        projection: brand
        table: brand_documents
        root: brands
        fields:
          name:
          products: {many: products, on: brand_id, fields: [name]}
        search: {fields: [name, products.name], language: english}
        filters: {product: {equals: products.name}}
        """
      try await DeclaredDocumentTests.with(ddl: Self.ddl, tables: ["products", "brands"], yaml: yaml) { bench in
        try await bench.apply([
          brands("c", lsn: 1, after: #"{"id":1,"name":"Acme"}"#), brands("c", lsn: 2, after: #"{"id":2,"name":"Zen lighting"}"#),
          products("c", lsn: 3, after: #"{"id":1,"name":"red lamps","brand_id":1}"#),
          products("c", lsn: 4, after: #"{"id":2,"name":"blue lamp","brand_id":2}"#),
        ])
        let declaration = try ProjectionDeclaration.parse(yaml, file: "p.yaml")[0]
        try await withPool(bench) { pool in
          let store = DeclaredDocumentStore(declaration, pool: pool)
          func found(_ filter: DocumentFilter) async throws -> [String] {
            try await store.list([filter], after: nil, limit: 10).documents.map(\.key)
          }
          #expect(try await found(.search("lamp")) == ["1", "2"], "inflections are known")
          #expect(try await found(.search("lamp -blue")) == ["1"])
          #expect(try await found(.search("lights")) == ["2"])
          #expect(try await found(.search("nothing")) == [])
          #expect(try await found(.equals(declaration.filters[0].path, "blue lamp")) == ["2"])
          #expect(try await store.get("2")?.key == "2")
          await #expect(throws: DocumentQueryError.self) { try await store.get("x") }
          try await bench.connection.executeScript("SET enable_seqscan = off")
          let plan = try await bench.rows(
            "EXPLAIN SELECT 1 FROM brand_documents d WHERE \(declaration.search?.expression(of: "d.body") ?? "") @@ websearch_to_tsquery('english', 'x')"
          )
          #expect(plan.contains { $0.contains("brand_documents_search_") }, "the index serves the search: \(plan)")
        }
        let plain = DocumentStore(
          table: DocumentTable(table: "brand_documents"),
          pool: Pool(configuration: bench.configuration, maxConnections: 1, acquireTimeout: .seconds(5), logger: ReadModelBench.logger))
        await #expect(throws: DocumentQueryError.invalidFilter(reason: "these documents have no full-text search")) {
          try await plain.list([.search("x")])
        }
      }
    }
  }
}
