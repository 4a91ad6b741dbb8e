internal import Postgres

/// Migrations of one part of the syncer's own tables: numbered, append-only, applied once, by one process at a time.
struct NumberedMigrations: Sendable {
  /// The table that remembers which were applied.
  let table: String
  /// The statements of each migration; the number is the index plus one. Never edit one that was released: add another.
  let all: [String]

  /// Keeps two processes that start at once from migrating at once: the bytes of "sluice" as a number.
  private static let lockKey: Int64 = 0x736C_7569_6365

  /// Brings the tables to the newest version.
  func migrate(_ connection: Connection) async throws {
    try await connection.transaction { transaction in
      try await transaction.execute("SELECT pg_advisory_xact_lock(\(Self.lockKey))")
      try await transaction.execute(
        """
        CREATE TABLE IF NOT EXISTS \(identifier: table) (
          number integer PRIMARY KEY,
          applied_at timestamptz NOT NULL DEFAULT now()
        )
        """)
      let rows = try await transaction.query("SELECT coalesce(max(number), 0)::bigint FROM \(identifier: table)")
      var applied = 0
      for row in rows { applied = Int(try row[0, as: Int64.self]) }
      for number in all.indices where number + 1 > applied {
        try await transaction.executeScript(all[number])
        try await transaction.execute("INSERT INTO \(identifier: table) (number) VALUES (\(Int64(number + 1))::integer)")
      }
    }
  }
}
