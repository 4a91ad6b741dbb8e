/// The tables of the write side: event store, outbox, command log, idempotency keys. Append-only: never change a released step.
public enum CommandMigrations {
  /// The migrator for these tables, in schema `sluice`.
  public static var migrator: Migrator { Migrator(namespace: "commands", migrations: all) }

  /// All steps.
  public static let all: [Migration] = [
    Migration(
      number: 1, name: "event store, outbox, command log, idempotency keys",
      sql: """
        CREATE TABLE sluice.events (
          position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          aggregate_type text NOT NULL,
          aggregate_id text NOT NULL,
          version bigint NOT NULL CHECK (version > 0),
          event_id uuid NOT NULL UNIQUE,
          type text NOT NULL,
          schema_version integer NOT NULL CHECK (schema_version > 0),
          payload jsonb NOT NULL,
          metadata jsonb NOT NULL,
          created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          CONSTRAINT events_aggregate_version UNIQUE (aggregate_id, version)
        );
        CREATE INDEX events_type_position ON sluice.events (aggregate_type, position);
        COMMENT ON COLUMN sluice.events.position IS
          'Grows within an aggregate; between aggregates it is the order of allocation, not of commits.';

        CREATE TABLE sluice.outbox (
          id uuid PRIMARY KEY,
          aggregatetype text NOT NULL,
          aggregateid text NOT NULL,
          type text NOT NULL,
          payload jsonb,
          version bigint NOT NULL,
          created_at timestamptz NOT NULL
        );
        COMMENT ON TABLE sluice.outbox IS
          'Always empty: rows are inserted and deleted in one transaction and read from the WAL.';

        -- One place makes the message of an event, so that a message sent again equals the first one.
        CREATE FUNCTION sluice.event_message(e sluice.events) RETURNS jsonb
        LANGUAGE sql STABLE AS $$
          SELECT jsonb_build_object(
            'eventId', e.event_id, 'type', e.type, 'schemaVersion', e.schema_version, 'aggregateType', e.aggregate_type,
            'aggregateId', e.aggregate_id, 'version', e.version,
            'occurredAt', to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'position', e.metadata->>'position', 'commandId', e.metadata->>'commandId', 'data', e.payload)
        $$;

        CREATE TABLE sluice.commands (
          id uuid PRIMARY KEY,
          name text NOT NULL,
          state text NOT NULL CHECK (state IN ('accepted', 'completed', 'rejected')),
          aggregate_type text,
          aggregate_id text,
          version bigint,
          position pg_lsn,
          error_code text,
          error_reason text,
          error_field text,
          error_expected bigint,
          error_actual bigint,
          accepted_at timestamptz NOT NULL,
          finished_at timestamptz
        );
        CREATE INDEX commands_accepted_at ON sluice.commands (accepted_at);

        CREATE TABLE sluice.idempotency_keys (
          key text PRIMARY KEY,
          request_digest bytea NOT NULL,
          command_id uuid NOT NULL,
          created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          expires_at timestamptz NOT NULL
        );
        CREATE INDEX idempotency_keys_expires_at ON sluice.idempotency_keys (expires_at);
        """)
  ]
}
