internal import Postgres

/// The migrations of the syncer's own tables in the read database: numbered, append-only, applied once, by one process at a time.
enum OffsetMigrations {
  /// The statements of each migration; the number is the index plus one. Never edit one that was released: add another.
  static let all: [String] = [
    """
    CREATE TABLE sluice_offsets (
      cluster_id text NOT NULL,
      consumer_group text NOT NULL,
      topic text NOT NULL,
      partition integer NOT NULL,
      next_offset bigint NOT NULL CHECK (next_offset >= 0),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (cluster_id, consumer_group, topic, partition)
    ) WITH (fillfactor = 50);
    COMMENT ON TABLE sluice_offsets IS
      'The next offset to apply of each partition, moved in the transaction that applies the records.';
    """
  ]

  /// Keeps two processes that start at once from migrating at once: the bytes of "sluice" as a number.
  private static let lockKey: Int64 = 0x736C_7569_6365

  /// Brings the tables to the newest version.
  static func migrate(_ connection: Connection) async throws {
    try await connection.transaction { transaction in
      try await transaction.execute("SELECT pg_advisory_xact_lock(\(lockKey))")
      try await transaction.execute(
        """
        CREATE TABLE IF NOT EXISTS sluice_syncer_migrations (
          number integer PRIMARY KEY,
          applied_at timestamptz NOT NULL DEFAULT now()
        )
        """)
      let rows = try await transaction.query("SELECT coalesce(max(number), 0)::bigint FROM sluice_syncer_migrations")
      var applied = 0
      for row in rows { applied = Int(try row[0, as: Int64.self]) }
      for number in all.indices where number + 1 > applied {
        try await transaction.executeScript(all[number])
        try await transaction.execute("INSERT INTO sluice_syncer_migrations (number) VALUES (\(Int64(number + 1))::integer)")
      }
    }
  }
}
