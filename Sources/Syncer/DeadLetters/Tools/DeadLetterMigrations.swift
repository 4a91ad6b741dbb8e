/// The table that remembers what was done with dead letters that no parked key belongs to.
enum DeadLetterMigrations {
  static let migrations = NumberedMigrations(table: "sluice_dead_letter_migrations", all: all)

  private static let all: [String] = [
    """
    CREATE TABLE sluice_dead_letters (
      cluster_id text NOT NULL,
      topic text NOT NULL,
      partition integer NOT NULL,
      record_offset bigint NOT NULL,
      action text NOT NULL CHECK (action IN ('replay', 'set_aside', 'discard')),
      is_done boolean NOT NULL,
      target text NOT NULL,
      origin_topic text,
      origin_partition integer,
      origin_offset bigint,
      actor text NOT NULL,
      reason text NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (cluster_id, topic, partition, record_offset)
    );
    CREATE UNIQUE INDEX sluice_dead_letters_origin
      ON sluice_dead_letters (cluster_id, origin_topic, origin_partition, origin_offset) WHERE origin_topic IS NOT NULL;
    COMMENT ON TABLE sluice_dead_letters IS
      'Dead letters that were replayed, set aside or discarded, by whom and why. is_done is false from before a record is written until it is acknowledged.';
    """
  ]
}
