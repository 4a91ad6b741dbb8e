/// The tables of parked keys, in the sink's database beside `sluice_offsets`, so that a key is parked in the transaction that moves the offset.
enum ParkingMigrations {
  static let migrations = NumberedMigrations(table: "sluice_parking_migrations", all: all)

  // A Kafka key may be larger than an index entry: it is found by a hash that the syncer computes, and told apart by its digest.
  private static let all: [String] = [
    """
    CREATE TABLE sluice_parked_keys (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      cluster_id text NOT NULL,
      consumer_group text NOT NULL,
      topic text NOT NULL,
      partition integer NOT NULL,
      key bytea NOT NULL,
      key_hash bigint NOT NULL,
      state text NOT NULL CHECK (state IN ('parked', 'retrying')),
      error_class text NOT NULL CHECK (error_class IN ('transient', 'permanent', 'poison', 'malformed', 'unknown')),
      error_name text NOT NULL,
      sentence text NOT NULL,
      handler text,
      first_offset bigint NOT NULL,
      failed_offset bigint NOT NULL,
      attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      next_attempt_at timestamptz,
      records bigint NOT NULL CHECK (records >= 0),
      bytes bigint NOT NULL CHECK (bytes >= 0),
      applied_records bigint NOT NULL DEFAULT 0,
      applied_bytes bigint NOT NULL DEFAULT 0,
      parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    ) WITH (fillfactor = 70);
    CREATE UNIQUE INDEX sluice_parked_keys_place
      ON sluice_parked_keys (cluster_id, consumer_group, topic, partition, key_hash, sha256(key));
    COMMENT ON TABLE sluice_parked_keys IS
      'Keys one of whose records could not be applied: their later records wait behind it until it is resolved or discarded.';

    CREATE TABLE sluice_parked_records (
      key_id bigint NOT NULL REFERENCES sluice_parked_keys (id) ON DELETE CASCADE,
      record_offset bigint NOT NULL,
      kind text NOT NULL CHECK (kind IN ('failed', 'behind')),
      value bytea,
      headers bytea NOT NULL,
      timestamp_ms bigint NOT NULL,
      timestamp_type smallint NOT NULL,
      bytes bigint NOT NULL,
      is_edited boolean NOT NULL DEFAULT false,
      edited_value bytea,
      parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (key_id, record_offset)
    );
    COMMENT ON TABLE sluice_parked_records IS
      'The record that failed and those behind it, in the order of their offsets; an edited value takes the place of the original at the next attempt.';

    CREATE TABLE sluice_parking_audit (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      action text NOT NULL,
      actor text NOT NULL,
      reason text NOT NULL,
      cluster_id text NOT NULL,
      consumer_group text NOT NULL,
      topic text NOT NULL,
      partition integer NOT NULL,
      key bytea NOT NULL,
      first_offset bigint NOT NULL,
      last_offset bigint NOT NULL,
      records bigint NOT NULL,
      bytes bigint NOT NULL
    );
    CREATE INDEX sluice_parking_audit_place ON sluice_parking_audit (topic, partition, first_offset);
    COMMENT ON TABLE sluice_parking_audit IS 'Who has retried, edited or discarded what, when and why; and what was resolved.';
    """
  ]
}
