internal import Postgres

/// The tables that remember replays.
enum ReplayMigrations {
  /// What was asked for, by whom and why; and what it did to each partition.
  static let tables = """
    CREATE TABLE IF NOT EXISTS sluice_replays (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      cluster_id text NOT NULL,
      consumer_group text NOT NULL,
      target text NOT NULL,
      actor text NOT NULL,
      reason text NOT NULL,
      requested_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    );
    COMMENT ON TABLE sluice_replays IS
      'Replays of consumer groups: who, when, where to and why. finished_at is NULL until Kafka has the offsets, too.';
    CREATE TABLE IF NOT EXISTS sluice_replay_moves (
      replay_id bigint NOT NULL REFERENCES sluice_replays (id) ON DELETE CASCADE,
      topic text NOT NULL,
      partition integer NOT NULL,
      stored_offset bigint,
      committed_offset bigint,
      next_offset bigint NOT NULL,
      PRIMARY KEY (replay_id, topic, partition)
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

  private static let lockKey: Int64 = 0x736C_7569_6365_0005
}
