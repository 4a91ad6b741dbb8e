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
    """,
    """
    ALTER TABLE sluice_offsets ADD COLUMN lanes integer NOT NULL DEFAULT 1 CHECK (lanes >= 1), ADD COLUMN lanes_offset bigint;
    COMMENT ON COLUMN sluice_offsets.lanes IS 'Into how many lanes the keys of the partition are divided now.';
    COMMENT ON COLUMN sluice_offsets.lanes_offset IS 'What sluice_lanes says holds only while this is next_offset.';
    CREATE TABLE sluice_lanes (
      cluster_id text NOT NULL,
      consumer_group text NOT NULL,
      topic text NOT NULL,
      partition integer NOT NULL,
      lane integer NOT NULL,
      next_offset bigint NOT NULL,
      PRIMARY KEY (cluster_id, consumer_group, topic, partition, lane)
    ) WITH (fillfactor = 50);
    COMMENT ON TABLE sluice_lanes IS 'What each lane of a partition has applied, also beyond the next offset of the partition.';
    """,
  ]

  /// Brings the tables to the newest version.
  static func migrate(_ connection: Connection) async throws {
    try await NumberedMigrations(table: "sluice_syncer_migrations", all: all).migrate(connection)
  }
}
