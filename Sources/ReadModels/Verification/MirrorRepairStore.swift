internal import Postgres

/// Mends rows of a mirror with what the source holds.
///
/// A mended row keeps the LSN of the row that stood there, and one that was missing gets 0: whatever the stream still brings is newer and wins.
/// Nothing is written where the mirror's row has moved on since it was compared.
struct MirrorRepairStore: Sendable {
  let definition: MirrorDefinition

  private var keyNames: [String] { definition.key.map { SQLName.quoted(definition.columns[$0].name) } }

  /// All values of a row of the source as PostgreSQL writes them, in the order of the mirror's columns; nil where it is not there.
  func sourceRow(_ key: [String], _ source: Connection) async throws -> [String?]? {
    let columns = definition.columns.map { "t.\(SQLName.quoted($0.name))::text" }.joined(separator: ", ")
    let table = SQLName.qualified(definition.sourceSchema, definition.sourceTable)
    let query: Query = "SELECT ARRAY[\(unescaped: columns)]::text[] FROM \(unescaped: table) t WHERE \(condition(key, of: "t"))"
    return try await source.query(query).first.map { try $0[0, as: [String?].self] }
  }

  /// Writes a row of the source.
  ///
  /// - Parameter stored: the version that the mirror's row had when it was compared; nil where there was none.
  /// - Returns: false where the mirror has moved on since.
  func write(_ values: [String?], key: [String], over stored: String?, _ transaction: Connection) async throws -> Bool {
    let names = definition.columns.map { SQLName.quoted($0.name) }
    let list = definition.columns.enumerated().map { "(v.row)[\($0 + 1)]::\($1.mirrorType)" }.joined(separator: ", ")
    var updates = names.filter { !keyNames.contains($0) }.map { "\($0) = excluded.\($0)" }
    for column in definition.columnsWithFormerValue {
      let (name, former) = (SQLName.quoted(column.name), SQLName.quoted("_old_" + column.name))
      updates.append("\(former) = CASE WHEN m.\(name) IS DISTINCT FROM excluded.\(name) THEN m.\(name) END")
    }
    // A row that was only marked as deleted lives again, with the mark's LSN.
    updates.append("_deleted_at = NULL")
    let unchanged: Query =
      stored.map { "m._deleted_at IS NULL AND m._lsn = \($0, as: "bigint")" } ?? "m._deleted_at IS NOT NULL"
    let query: Query = """
      INSERT INTO \(unescaped: definition.mirrorTable) AS m (\(unescaped: names.joined(separator: ", ")), _lsn)
      SELECT \(unescaped: list), 0 FROM (SELECT \(textArray: values, as: "text[]") AS row) v
      ON CONFLICT (\(unescaped: keyNames.joined(separator: ", "))) DO UPDATE SET \(unescaped: updates.joined(separator: ", "))
      WHERE \(unchanged)
      """
    return try await transaction.execute(query) > 0
  }

  /// Marks a row as deleted that the source does not have.
  func remove(_ key: [String], over stored: String, _ transaction: Connection) async throws -> Bool {
    let query: Query = """
      UPDATE \(unescaped: definition.mirrorTable) m SET _deleted_at = now()
      WHERE \(condition(key, of: "m")) AND m._deleted_at IS NULL AND m._lsn = \(stored, as: "bigint")
      """
    return try await transaction.execute(query) > 0
  }

  /// Removes a row with everything that is known of it, so that any record of it is newer.
  func forget(_ key: [String], _ transaction: Connection) async throws {
    try await transaction.execute("DELETE FROM \(unescaped: definition.mirrorTable) m WHERE \(condition(key, of: "m"))")
  }

  private func condition(_ key: [String], of table: String) -> Query {
    var condition: Query = "true"
    for (number, value) in zip(definition.key, key) {
      let column = definition.columns[number]
      condition = condition + "AND \(unescaped: table).\(unescaped: SQLName.quoted(column.name)) = \(value, as: column.mirrorType)"
    }
    return condition
  }
}
