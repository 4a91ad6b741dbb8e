import Postgres

/// Debezium's signal table in the source database.
struct RebuildSignalStore {
  /// `signal.data.collection`: `schema.table`.
  let table: String

  /// Sends a signal. The table's three columns have the order that Debezium prescribes, and any names.
  func send(id: String, type: String, data: String, _ connection: Connection) async throws {
    let parts = table.split(separator: ".", maxSplits: 1).map(String.init)
    let (schema, name) = parts.count == 2 ? (parts[0], parts[1]) : ("public", table)
    try await connection.execute("INSERT INTO \(identifier: schema, name) VALUES (\(id), \(type), \(data))")
  }
}
