internal import Postgres

/// Creates document tables. Repeatable, and correct while another process does the same.
enum DocumentMigrator {
  static func prepare(_ table: DocumentTable, on connection: Connection) async throws {
    let name = table.qualifiedName
    var statements = [
      "CREATE SCHEMA IF NOT EXISTS \(SQLName.quoted(table.schema))",
      """
      CREATE TABLE IF NOT EXISTS \(name) (
        key \(table.keyType) PRIMARY KEY, version bigint NOT NULL, lsn bigint NOT NULL DEFAULT 0, body jsonb,
        updated_at timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 80)
      """,
      "CREATE INDEX IF NOT EXISTS \(SQLName.quoted(table.table + "_body")) ON \(name) USING gin (body jsonb_path_ops)",
      """
      CREATE INDEX IF NOT EXISTS \(SQLName.quoted(table.table + "_deleted")) ON \(name) (updated_at) WHERE body IS NULL
      """,
    ]
    for path in table.numericIndexes {
      let index = SQLName.quoted(table.table + "_" + path.joined(separator: "_"))
      statements.append("CREATE INDEX IF NOT EXISTS \(index) ON \(name) (\(DocumentStore.numericExpression(path, of: "body")))")
    }
    let script = statements
    try await connection.transaction { transaction in
      _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(MigrationLock.key))")
      try await transaction.executeScript(script.joined(separator: ";\n"))
      try await AppliedPositionStore.prepare(transaction)
      try await FanOutStore.prepare(transaction)
    }
  }
}
