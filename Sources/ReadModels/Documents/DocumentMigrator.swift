internal import Postgres

/// Creates document tables and their indexes. Repeatable, and correct while another process does the same.
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
      """
      CREATE INDEX IF NOT EXISTS \(SQLName.quoted(table.table + "_deleted")) ON \(name) (updated_at) WHERE body IS NULL
      """,
    ]
    let containment = table.table + "_body"
    statements.append(
      table.containment == .body
        ? "CREATE INDEX IF NOT EXISTS \(SQLName.quoted(containment)) ON \(name) USING gin (body jsonb_path_ops)"
        : "DROP INDEX IF EXISTS \(SQLName.qualified(table.schema, containment))")
    let declared = declaredIndexes(of: table)
    for index in declared {
      statements.append("CREATE INDEX IF NOT EXISTS \(SQLName.quoted(index.name)) ON \(name) \(index.definition)")
      statements.append("COMMENT ON INDEX \(SQLName.qualified(table.schema, index.name)) IS \(SQLName.literal(mark))")
    }
    let script = statements
    try await connection.transaction { transaction in
      _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(MigrationLock.key))")
      try await checkKey(of: table, transaction)
      try await transaction.executeScript(script.joined(separator: ";\n"))
      let wanted = Set(declared.map(\.name))
      for index in try await markedIndexes(of: table, transaction) where !wanted.contains(index) {
        try await transaction.executeScript("DROP INDEX IF EXISTS \(SQLName.qualified(table.schema, index))")
      }
      try await keepStatistics(of: table, transaction)
      try await AppliedPositionStore.prepare(transaction)
      try await FanOutStore.prepare(transaction)
    }
  }

  /// Where fields have an index of their own, the planner takes its numbers from that one. Those of whole bodies say nothing of use then, and to
  /// sort thousands of them is most of what counting the table anew costs, which happens again and again while it is filled.
  private static func keepStatistics(of table: DocumentTable, _ transaction: Connection) async throws {
    let name = table.qualifiedName
    let rows = try await transaction.query(
      """
      SELECT coalesce(attstattarget, -1) = 0 FROM pg_attribute
      WHERE attrelid = to_regclass(\(name, as: "text")) AND attname = 'body' AND NOT attisdropped
      """)
    var wantsNone = false
    if case .fields = table.containment { wantsNone = true }
    guard let hasNone = try rows.first?[0, as: Bool.self], hasNone != wantsNone else { return }
    try await transaction.executeScript("ALTER TABLE \(name) ALTER COLUMN body SET STATISTICS \(wantsNone ? 0 : -1)")
  }

  /// The comment of indexes that are there because they are declared, and go when they are not any more.
  private static let mark = "sluice: declared"

  private static func declaredIndexes(of table: DocumentTable) -> [(name: String, definition: String)] {
    var indexes: [(name: String, definition: String)] = []
    for path in table.numericIndexes {
      indexes.append((name(table, path.joined(separator: "_")), "(\(DocumentStore.numericExpression(path, of: "body")))"))
    }
    for path in table.textIndexes {
      // Texts may be longer than an index takes; its entries are cut off by nothing, so that such a document could not be stored.
      indexes.append((name(table, path.joined(separator: "_") + "_text"), "USING hash (\(DocumentStore.textExpression(path, of: "body")))"))
    }
    for expressions in table.containment.indexes {
      let columns = expressions.map { $0 + " jsonb_path_ops" }.joined(separator: ", ")
      indexes.append((name(table, "fields_" + String(StableHash.of(columns.utf8), radix: 36)), "USING gin (\(columns))"))
    }
    if let search = table.search {
      let expression = search.expression(of: "body")
      indexes.append((name(table, "search_" + String(StableHash.of(expression.utf8), radix: 36)), "USING gin (\(expression))"))
    }
    return indexes
  }

  /// A name that fits PostgreSQL's 63 bytes and is the same each time.
  private static func name(_ table: DocumentTable, _ suffix: String) -> String {
    let name = table.table + "_" + suffix
    guard name.utf8.count > 63 else { return name }
    return table.table + "_" + String(StableHash.of(suffix.utf8), radix: 36)
  }

  private static func markedIndexes(of table: DocumentTable, _ transaction: Connection) async throws -> [String] {
    let rows = try await transaction.query(
      """
      SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = to_regclass(\(table.qualifiedName, as: "text")) AND obj_description(c.oid, 'pg_class') = \(mark)
      """)
    return try rows.map { try $0[0, as: String.self] }
  }

  private static func checkKey(of table: DocumentTable, _ transaction: Connection) async throws {
    let rows = try await transaction.query(
      """
      SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
      WHERE a.attrelid = to_regclass(\(table.qualifiedName, as: "text")) AND a.attname = 'key' AND NOT a.attisdropped
        AND a.atttypid <> to_regtype(\(table.keyType, as: "text"))
      """)
    guard let found = try rows.first?[0, as: String.self] else { return }
    throw MirrorError(
      .incompatibleMirror,
      "table \(table.qualifiedName) holds documents with keys of type \(found), the declaration makes keys of type \(table.keyType): "
        + "drop the table, or declare another one")
  }
}
