internal import Postgres

/// Reads from the catalogue what a publication publishes.
///
/// From PostgreSQL 16 on the view `pg_publication_tables` locks each table that it names, and so waits for whoever alters one, as long as
/// that takes: here nothing is locked.
struct PublicationCatalog: Sendable {
  let name: String
  let connection: Connection

  /// The tables under whose names changes are sent, as `schema.table`: roots of partitions or their leaves, as the publication says.
  func tables() async throws -> Set<String> {
    let rows = try await connection.query(
      """
      WITH \(members)
      SELECT n.nspname || '.' || c.relname AS name
      FROM publication p CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.oid >= 16384
        AND (p.puballtables OR c.oid IN (SELECT relation FROM members)
             OR EXISTS (SELECT FROM pg_partition_ancestors(c.oid) a WHERE c.relispartition AND a.relid IN (SELECT relation FROM members)))
        AND CASE WHEN p.pubviaroot
            THEN NOT (c.relispartition AND (p.puballtables OR EXISTS (
              SELECT FROM pg_partition_ancestors(c.oid) a WHERE a.relid <> c.oid AND a.relid IN (SELECT relation FROM members))))
            ELSE c.relkind = 'r' END
      """)
    return Set(try rows.map { try $0["name", as: String.self] })
  }

  /// The stored generated columns that the stream carries, by table: none before PostgreSQL 18.
  ///
  /// A column list decides, of the table or of what it is a partition of, and where there is none `publish_generated_columns`.
  func generatedColumns(of tables: [Int64]) async throws -> [Int64: Set<String>] {
    guard connection.serverVersion >= Self.publishesGenerated else { return [:] }
    let rows = try await connection.query(
      """
      WITH \(members), lists AS (
        SELECT c.oid AS relation, bool_or(r.prattrs IS NOT NULL) AS listed,
               array_agg(l.attname) FILTER (WHERE l.attname IS NOT NULL) AS names
        FROM pg_class c JOIN members m ON m.relation = c.oid OR (c.relispartition AND m.relation IN (SELECT relid FROM pg_partition_ancestors(c.oid)))
        LEFT JOIN pg_publication_rel r ON r.prrelid = m.relation AND r.prpubid = (SELECT oid FROM publication)
        LEFT JOIN pg_attribute l ON l.attrelid = r.prrelid AND l.attnum = ANY(r.prattrs::int2[])
        WHERE c.oid::int8 = ANY(\(tables)) GROUP BY c.oid
      )
      SELECT a.attrelid::int8 AS relation, a.attname
      FROM publication p CROSS JOIN pg_attribute a LEFT JOIN lists l ON l.relation = a.attrelid
      WHERE a.attrelid::int8 = ANY(\(tables)) AND a.attgenerated = 's' AND NOT a.attisdropped
        AND CASE WHEN coalesce(l.listed, false) THEN a.attname = ANY(l.names)
            ELSE p.pubgencols = 's' AND (p.puballtables OR l.relation IS NOT NULL) END
      """)
    var result: [Int64: Set<String>] = [:]
    for row in rows { result[try row["relation", as: Int64.self], default: []].insert(try row["attname", as: String.self]) }
    return result
  }

  /// The version from which on generated columns can be published.
  static let publishesGenerated = 180_000

  /// The publication, and the relations that it names, by themselves or (from PostgreSQL 15 on) by their schemas.
  private var members: Query {
    let schemas: Query =
      connection.serverVersion >= 150_000
      ? """
       UNION SELECT c.oid FROM pg_publication_namespace s JOIN publication p ON p.oid = s.pnpubid
         JOIN pg_class c ON c.relnamespace = s.pnnspid AND c.relkind IN ('r', 'p')
      """ : ""
    return """
      publication AS (SELECT * FROM pg_publication WHERE pubname = \(name)),
      members(relation) AS (SELECT r.prrelid FROM pg_publication_rel r JOIN publication p ON p.oid = r.prpubid\(schemas))
      """
  }
}
