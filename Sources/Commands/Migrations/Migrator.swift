public import Postgres

/// Brings a schema up to date: numbered steps, each run once, under an advisory lock, in one transaction, with checksums.
///
/// Safe to run from several processes at once and again on every start.
public struct Migrator: Sendable {
  /// The list's name; several lists share one database.
  public let namespace: String
  /// The steps, in order.
  public let migrations: [Migration]

  /// Creates a migrator for one list.
  public init(namespace: String, migrations: [Migration]) {
    self.namespace = namespace
    self.migrations = migrations
  }

  /// Runs what is missing.
  ///
  /// - Returns: the steps that were run, empty when the schema was up to date.
  /// - Throws: ``MigrationError`` or the database's error; then nothing was changed.
  @discardableResult
  public func migrate(_ connection: Connection) async throws -> [Migration] {
    for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
      throw MigrationError.misnumbered(namespace: namespace, expected: index + 1, found: migration.number)
    }
    return try await connection.transaction { connection in
      // One lock for all lists: two of them may both want to create the schema and the table below.
      try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sluice.migrations', 0))")
      try await connection.executeScript(Self.bookkeeping)
      let done = try await connection.query(
        "SELECT number, checksum FROM sluice.migrations WHERE namespace = \(namespace) ORDER BY number")
      var checksums: [Int: String] = [:]
      for row in done { checksums[Int(try row["number", as: Int64.self])] = try row["checksum", as: String.self] }
      if let newest = checksums.keys.max(), newest > migrations.count {
        throw MigrationError.databaseIsNewer(namespace: namespace, known: migrations.count, found: newest)
      }
      var run: [Migration] = []
      for migration in migrations {
        let checksum = try await Self.checksum(of: migration, on: connection)
        if let stored = checksums[migration.number] {
          guard stored == checksum else {
            throw MigrationError.changed(namespace: namespace, number: migration.number, name: migration.name)
          }
          continue
        }
        try await connection.executeScript(migration.sql)
        try await connection.execute(
          """
          INSERT INTO sluice.migrations (namespace, number, name, checksum)
          VALUES (\(namespace), \(Int64(migration.number)), \(migration.name), \(checksum))
          """)
        run.append(migration)
      }
      return run
    }
  }

  /// The database computes it: no cryptography library is needed here for one digest.
  private static func checksum(of migration: Migration, on connection: Connection) async throws -> String {
    let rows = try await connection.query("SELECT encode(sha256(convert_to(\(migration.sql)::text, 'UTF8')), 'hex') AS checksum")
    return try rows.first?["checksum", as: String.self] ?? ""
  }

  private static let bookkeeping = """
    CREATE SCHEMA IF NOT EXISTS sluice;
    CREATE TABLE IF NOT EXISTS sluice.migrations (
      namespace text NOT NULL,
      number bigint NOT NULL,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (namespace, number)
    );
    """
}
