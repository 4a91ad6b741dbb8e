/// What an installation needs of a server before it can work: a role, databases, and slots that nobody uses any more gone.
///
/// Every call is repeatable. The connection's role must be allowed to do it (a superuser, or the owner with CREATEDB and CREATEROLE).
public struct ServerAdministration: Sendable {
  let connection: Connection

  /// Works through this connection, to any database of the server.
  public init(_ connection: Connection) { self.connection = connection }

  /// Makes the role, able to log in and to replicate, or sets its password where it exists.
  ///
  /// Its unqualified names mean schema `public`, also where a schema has the role's own name, which PostgreSQL's default would take first.
  public func ensureRole(_ name: String, password: Secret?) async throws {
    let exists = try await !connection.query("SELECT 1 FROM pg_roles WHERE rolname = \(name)").isEmpty
    let verb = exists ? "ALTER" : "CREATE"
    // Utility statements take no binds: the server quotes the values itself.
    let statement = try await connection.query(
      """
      SELECT format('%s ROLE %I LOGIN REPLICATION' || CASE WHEN \(password?.reveal())::text IS NULL THEN '' ELSE ' PASSWORD %L' END,
        \(verb)::text, \(name)::text, \(password?.reveal())::text)
      """)
    guard let row = statement.first else { return }
    try await connection.execute("\(unescaped: try row[0, as: String.self])")
    try await connection.execute("ALTER ROLE \(identifier: name) SET search_path = public")
  }

  /// Makes the database where it is missing.
  public func ensureDatabase(_ name: String, owner: String) async throws {
    guard try await connection.query("SELECT 1 FROM pg_database WHERE datname = \(name)").isEmpty else { return }
    try await connection.execute("CREATE DATABASE \(identifier: name) OWNER \(identifier: owner)")
  }

  /// Drops the database with everything in it, whoever is connected to it.
  public func dropDatabase(_ name: String) async throws {
    try await connection.execute("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)")
  }
}

extension ServerAdministration {
  /// The end of the WAL that is written: everything committed before this call lies before it.
  public func currentPosition() async throws -> LSN {
    let text = try await connection.query("SELECT pg_current_wal_lsn()::text").single()[0, as: String.self]
    return LSN(text) ?? LSN(rawValue: 0)
  }

  /// The logical slots of this database that have not confirmed everything before `position`, by name.
  public func slots(behind position: LSN) async throws -> [String] {
    let rows = try await connection.query(
      """
      SELECT slot_name::text FROM pg_replication_slots
      WHERE database = current_database() AND slot_type = 'logical'
        AND (confirmed_flush_lsn IS NULL OR confirmed_flush_lsn < \(position.description)::pg_lsn)
      ORDER BY slot_name
      """)
    return try rows.map { try $0[0, as: String.self] }
  }

  /// The rows of a table, counted.
  public func rowCount(schema: String, table: String) async throws -> Int64 {
    try await connection.query("SELECT count(*) FROM \(identifier: schema).\(identifier: table)").single()[0, as: Int64.self]
  }
}
