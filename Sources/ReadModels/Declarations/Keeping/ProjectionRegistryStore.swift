internal import Postgres

/// Remembers by which declaration the documents of each projection were made: table `sluice_projections` of the read database.
enum ProjectionRegistryStore {
  static let table = "public.sluice_projections"

  /// Makes the table, by one process at a time, until the transaction ends.
  static func prepare(_ transaction: Connection) async throws {
    _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(MigrationLock.key))")
    try await transaction.executeScript(
      """
      CREATE TABLE IF NOT EXISTS \(table) (
        projection text PRIMARY KEY, document_schema text NOT NULL, document_table text NOT NULL, fingerprint text NOT NULL,
        is_built boolean NOT NULL, last_key text, documents bigint NOT NULL DEFAULT 0,
        declared_at timestamptz NOT NULL DEFAULT now(), built_at timestamptz)
      """)
  }

  /// What a projection's documents are made by, and how far.
  struct Entry {
    let fingerprint: String
    let isBuilt: Bool
    /// The last root key that was gone through; nil before the first step.
    let lastKey: String?
  }

  /// The entry, locked until the transaction ends.
  static func load(_ name: String, in transaction: Connection) async throws -> Entry? {
    let rows = try await transaction.query(
      "SELECT fingerprint, is_built, last_key FROM \(unescaped: table) WHERE projection = \(name) FOR UPDATE")
    return try rows.first.map {
      Entry(fingerprint: try $0[0, as: String.self], isBuilt: try $0[1, as: Bool.self], lastKey: try $0[2, as: String?.self])
    }
  }

  /// Says that the documents are made by `definition` from now on; until ``finish(_:in:)`` there may be some of another declaration.
  static func begin(_ definition: DocumentDefinition, in transaction: Connection) async throws {
    try await transaction.execute(
      """
      INSERT INTO \(unescaped: table) AS p (projection, document_schema, document_table, fingerprint, is_built)
      VALUES (\(definition.name), \(definition.schema), \(definition.table), \(definition.fingerprint), false)
      ON CONFLICT (projection) DO UPDATE SET document_schema = excluded.document_schema, document_table = excluded.document_table,
        fingerprint = excluded.fingerprint, is_built = false, last_key = NULL, documents = 0, declared_at = now(), built_at = NULL
      """)
  }

  static func advance(_ name: String, to lastKey: String?, documents: Int, in transaction: Connection) async throws {
    try await transaction.execute(
      """
      UPDATE \(unescaped: table) SET last_key = coalesce(\(lastKey)::text, last_key), documents = documents + \(Int64(documents))
      WHERE projection = \(name)
      """)
  }

  static func finish(_ name: String, in transaction: Connection) async throws {
    try await transaction.execute(
      "UPDATE \(unescaped: table) SET is_built = true, last_key = NULL, built_at = now() WHERE projection = \(name)")
  }
}
