import Postgres

/// Identifiers from a table's own sequence, for creations whose caller chose none.
enum CatalogueSequence {
  /// The next identifier of a table in schema `public`.
  static func next(for table: String, on connection: Connection) async throws -> Int64 {
    let rows = try await connection.query("SELECT nextval(pg_get_serial_sequence(\("public." + table)::text, 'id')) AS id")
    return try rows.first?["id", as: Int64.self] ?? 0
  }
}
