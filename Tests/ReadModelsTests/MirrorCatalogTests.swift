import Postgres
import Testing

@testable import ReadModels

extension OnPostgres {
  @Suite struct MirrorCatalogTests {
    @Test func readsColumnsTypesAndKeys() async throws {
      let ddl = """
        CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN price AS numeric(10,2) CHECK (value >= 0); CREATE SCHEMA other;
        CREATE TABLE a (b text, id2 int, id1 uuid, m mood, ms mood[], p price, v varchar(7), n numeric(8,3)[], t timestamptz(3),
          g int GENERATED ALWAYS AS (id2 + 1) STORED, PRIMARY KEY (id1, id2));
        CREATE TABLE other.u (x int, y int NOT NULL UNIQUE); ALTER TABLE other.u REPLICA IDENTITY USING INDEX u_y_key;
        """
      try await ReadModelBench.with(ddl: ddl, tables: ["a", "other.u"]) { bench in
        let a = try #require(bench.mirrors.definition(table: "a"))
        #expect(a.columns.map(\.name) == ["b", "id2", "id1", "m", "ms", "p", "v", "n", "t"])
        #expect(
          a.columns.map(\.mirrorType) == [
            "text", "integer", "uuid", "text", "text[]", "numeric(10,2)", "character varying(7)", "numeric(8,3)[]",
            "timestamp(3) with time zone",
          ])
        #expect(a.columns.map(\.isArray) == [false, false, false, false, true, false, false, true, false])
        #expect(a.key.map { a.columns[$0].name } == ["id1", "id2"])
        #expect(a.omittedColumns == ["g"])
        #expect(a.mirrorTable == "\"mirror_shop\".\"a\"")
        let u = try #require(bench.mirrors.definition(schema: "other", table: "u"))
        #expect(u.key.map { u.columns[$0].name } == ["y"])
        #expect(u.mirrorView == "\"shop\".\"other_u\"")
      }
    }

    /// PostgreSQL 18 publishes them where it is asked to: the mirror takes the rows with and without them.
    @Test func publishedGeneratedColumnsAreLeftOut() async throws {
      let ddl = "CREATE TABLE a (id int PRIMARY KEY, n int, g int GENERATED ALWAYS AS (n + 1) STORED)"
      try await ReadModelBench.with(ddl: ddl, tables: ["a"]) { bench in
        let changes = Changes(table: "a")
        try await bench.apply([
          changes.read(lsn: 9, #"{"id":1,"n":1,"g":2}"#), changes("c", lsn: 10, after: #"{"id":2,"n":2,"g":3}"#),
          changes("u", lsn: 11, after: #"{"id":1,"n":5}"#, before: #"{"id":1,"n":1,"g":2}"#),
        ])
        #expect(try await bench.rows("SELECT id, n FROM shop.a ORDER BY id") == ["1|5", "2|2"])
      }
    }

    @Test func aMissingTableIsNamed() async throws {
      let error = await #expect(throws: MirrorError.self) {
        try await ReadModelBench.with(ddl: "CREATE TABLE a (id int PRIMARY KEY)", tables: ["a", "shop.b"]) { _ in }
      }
      #expect(error?.code == .unknownTable)
      #expect(error?.reason.contains("shop.b") == true)
    }

    @Test func technicalNamesAreRefused() async throws {
      let error = await #expect(throws: MirrorError.self) {
        try await ReadModelBench.with(ddl: "CREATE TABLE a (id int PRIMARY KEY, _lsn bigint)", tables: ["a"]) { _ in }
      }
      #expect(error?.code == .unsupportedColumn)
    }

    @Test func aDocumentOfUnknownTablesIsRefused() async throws {
      let error = await #expect(throws: MirrorError.self) {
        try await ReadModelBench.with(ddl: "CREATE TABLE products (id bigint PRIMARY KEY)", tables: ["products"], documents: [Shop.product])
        { _ in }
      }
      #expect(error?.code == .unknownReference)
    }

    @Test func prefixesBecomeSchemas() {
      let namespace = MirrorNamespace(topicPrefix: "my-shop.eu")
      #expect(namespace.tables == "mirror_my_shop_eu")
      #expect(namespace.views == "my_shop_eu")
    }
  }
}
