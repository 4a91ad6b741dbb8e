internal import Postgres

/// The tables that remember versions.
enum RebuildMigrations {
  static let tables = """
    CREATE TABLE IF NOT EXISTS sluice_versions (
      projection text NOT NULL,
      version integer NOT NULL,
      state text NOT NULL CHECK (state IN ('building', 'live', 'old', 'dropped')),
      source text NOT NULL,
      live_group text NOT NULL,
      actor text NOT NULL,
      progress text,
      records bigint NOT NULL DEFAULT 0,
      started_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      switched_at timestamptz,
      PRIMARY KEY (projection, version)
    );
    COMMENT ON TABLE sluice_versions IS
      'The versions of read models: which one is live, which ones are kept, which one is being built and how far it is.';
    CREATE UNIQUE INDEX IF NOT EXISTS sluice_versions_live ON sluice_versions (projection) WHERE state = 'live';
    CREATE UNIQUE INDEX IF NOT EXISTS sluice_versions_building ON sluice_versions (projection) WHERE state = 'building';
    CREATE TABLE IF NOT EXISTS sluice_version_failures (
      projection text NOT NULL,
      version integer NOT NULL,
      topic text NOT NULL,
      partition integer NOT NULL,
      record_offset bigint NOT NULL,
      handler text,
      reason text NOT NULL,
      is_malformed boolean NOT NULL,
      failed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (projection, version, topic, partition, record_offset)
    );
    """

  /// Makes the tables, and that of offsets. Repeatable, and correct while another process does the same.
  static func migrate(_ connection: Connection) async throws {
    try await OffsetMigrations.migrate(connection)
    try await connection.transaction { transaction in
      try await transaction.execute("SELECT pg_advisory_xact_lock(\(lockKey))")
      try await transaction.executeScript(tables)
    }
  }

  private static let lockKey: Int64 = 0x736C_7569_6365_0006
}
