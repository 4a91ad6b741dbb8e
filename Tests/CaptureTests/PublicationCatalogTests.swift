import Postgres
import TestSupport
import Testing

@testable import Capture

/// What a publication publishes, as PostgreSQL's own view shows it.
@Suite struct PublicationCatalogTests {
  private static let tables = """
    CREATE TABLE plain (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a + 1) STORED); CREATE UNLOGGED TABLE fleeting (id int);
    CREATE SCHEMA other; CREATE TABLE other.x (id int, g int GENERATED ALWAYS AS (id + 1) STORED); CREATE VIEW seen AS SELECT 1;
    CREATE TABLE root (id int, a int, g int GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (id);
    CREATE TABLE leaf PARTITION OF root FOR VALUES IN (1);
    CREATE TABLE middle PARTITION OF root FOR VALUES IN (2, 3) PARTITION BY LIST (id);
    CREATE TABLE deep PARTITION OF middle FOR VALUES IN (2);
    """
  private static let shapes = [
    "FOR ALL TABLES", "FOR ALL TABLES WITH (publish_via_partition_root = true)", "", "FOR TABLE plain, other.x",
    "FOR TABLE root", "FOR TABLE root WITH (publish_via_partition_root = true)", "FOR TABLE middle, leaf",
    "FOR TABLE middle WITH (publish_via_partition_root = true)", "FOR TABLE leaf WITH (publish_via_partition_root = true)",
    "FOR TABLE root, middle, deep WITH (publish_via_partition_root = true)",
  ]

  @Test(arguments: shapes) func tablesAreThoseOfTheView(_ shape: String) async throws {
    try await Self.with(shape, on: .shared) { catalog, connection in try await Self.compareTables(catalog, connection) }
  }

  @Test func schemasStandForTheirTables() async throws {
    try await Self.with("", on: .shared) { catalog, connection in
      guard connection.serverVersion >= 150_000 else { return }
      try await connection.execute("ALTER PUBLICATION p ADD TABLES IN SCHEMA other, public")
      try await Self.compareTables(catalog, connection)
    }
  }

  @Test(
    .enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"),
    arguments: shapes + [
      "FOR TABLE plain (id, g), other.x", "FOR TABLE plain (id)", "FOR TABLES IN SCHEMA other",
      "FOR TABLE root (id, g) WITH (publish_via_partition_root = true)",
    ], [false, true])
  func generatedColumnsAreThoseOfTheView(_ shape: String, _ asked: Bool) async throws {
    var shape = shape
    if asked {
      shape = shape.hasSuffix(")") && shape.contains("WITH") ? shape.dropLast() + ", " : shape + " WITH ("
      shape += "publish_generated_columns = stored)"
    }
    try await Self.with(shape, on: .newest) { catalog, connection in
      try await Self.compareTables(catalog, connection)
      let rows = try await connection.query(
        """
        SELECT c.oid::int8 AS relation, a.attname FROM pg_publication_tables p JOIN pg_namespace n ON n.nspname = p.schemaname
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY(p.attnames) AND a.attgenerated <> ''
        """)
      var expected: [Int64: Set<String>] = [:]
      for row in rows { expected[try row["relation", as: Int64.self], default: []].insert(try row["attname", as: String.self]) }
      let published = try await connection.query(
        """
        SELECT c.oid::int8 AS oid FROM pg_publication_tables p JOIN pg_namespace n ON n.nspname = p.schemaname
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
        """
      ).map { try $0["oid", as: Int64.self] }
      #expect(try await catalog.generatedColumns(of: published) == expected)
    }
  }

  /// PostgreSQL's view waits for it from version 16 on.
  @Test func aTableThatIsLockedIsNotWaitedFor() async throws {
    try await Self.with("FOR ALL TABLES", on: .shared) { catalog, connection in
      let other = try await Connection.connect(connection.configuration, logger: testLogger())
      try await other.executeScript("BEGIN; LOCK TABLE plain IN ACCESS EXCLUSIVE MODE")
      let tables = try await within(.seconds(20)) { try await catalog.tables() }
      #expect(tables == ["public.plain", "other.x", "public.leaf", "public.deep"])
      await other.close()
    }
  }

  private static func compareTables(_ catalog: PublicationCatalog, _ connection: Connection) async throws {
    let rows = try await connection.query("SELECT schemaname || '.' || tablename AS name FROM pg_publication_tables WHERE pubname = 'p'")
    #expect(try await catalog.tables() == Set(try rows.map { try $0["name", as: String.self] }))
  }

  private static func with(
    _ shape: String, on server: TestPostgres, _ body: (PublicationCatalog, Connection) async throws -> Void
  ) async throws {
    try await withTestDatabase(on: server) { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.executeScript(tables + "CREATE PUBLICATION p \(shape)")
      try await body(PublicationCatalog(name: "p", connection: connection), connection)
      await connection.close()
    }
  }
}
