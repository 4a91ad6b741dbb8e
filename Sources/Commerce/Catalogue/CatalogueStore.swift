import Postgres

/// The catalogue's tables: all SQL that the commands need, on the command's transaction.
struct CatalogueStore: Sendable {
  let connection: Connection

  /// The next identifier of a table's own sequence, for creations whose caller chose none.
  func nextIdentifier(for table: String) async throws -> Int64 {
    let rows = try await connection.query("SELECT nextval(pg_get_serial_sequence(\("public." + table)::text, 'id')) AS id")
    return try rows.single()["id", as: Int64.self]
  }

  /// Whether a row exists.
  func exists(_ table: String, id: Int64) async throws -> Bool {
    try await !connection.query("SELECT 1 FROM public.\(identifier: table) WHERE id = \(id)").isEmpty
  }

  /// The version of a brand, seller, category or tag; nil where there is none.
  func version(in table: String, id: Int64) async throws -> Int64? {
    let rows = try await connection.query("SELECT version FROM public.\(identifier: table) WHERE id = \(id)")
    return try rows.first?["version", as: Int64.self]
  }

  /// Inserts a brand, seller, category or tag with version 1; false where the identifier is taken.
  func insert(into table: String, id: Int64, name: String) async throws -> Bool {
    try await connection.execute(
      "INSERT INTO public.\(identifier: table) (id, name) VALUES (\(id), \(name)) ON CONFLICT (id) DO NOTHING") == 1
  }

  /// Renames a brand, seller, category or tag and raises its version.
  func rename(in table: String, id: Int64, to name: String) async throws {
    try await connection.execute(
      "UPDATE public.\(identifier: table) SET name = \(name), version = version + 1 WHERE id = \(id)")
  }
}
