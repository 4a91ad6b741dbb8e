import Commerce
import Kafka
import Postgres
import Syncer

/// Stands in for capture: triggers write each change of the catalogue as an envelope, and topics replay them.
///
/// Decimals are written as strings (`decimal.handling.mode=string`); everything else as the connectors' defaults have it.
struct ChangeLog: Sendable {
  let shop: ShopDatabase

  func install() async throws {
    try await shop.pool.withConnection { connection in
      try await connection.executeScript(
        """
        CREATE TABLE change_log (seq bigserial PRIMARY KEY, tbl text, record text, deleted boolean);
        CREATE FUNCTION change_row(r jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
          SELECT jsonb_object_agg(key, CASE
            WHEN key IN ('amount', 'surcharge') THEN to_jsonb(value #>> '{}')
            WHEN key LIKE '%\\_at' THEN to_jsonb(to_char((value #>> '{}')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            ELSE value END) FROM jsonb_each(r) $$;
        CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE lsn bigint := (pg_current_wal_insert_lsn() - '0/0')::bigint;
        BEGIN
          INSERT INTO change_log (tbl, record, deleted) VALUES (TG_TABLE_NAME, jsonb_build_object(
            'before', CASE WHEN TG_OP <> 'INSERT' THEN change_row(to_jsonb(OLD)) END,
            'after', CASE WHEN TG_OP <> 'DELETE' THEN change_row(to_jsonb(NEW)) END,
            'source', jsonb_build_object('version', '3', 'connector', 'postgresql', 'name', 'shop', 'ts_ms', 1, 'snapshot', 'false',
              'db', current_database(), 'sequence', format('["%s","%s"]', lsn - 1, lsn), 'ts_us', 1000, 'ts_ns', 1000000,
              'schema', TG_TABLE_SCHEMA, 'table', TG_TABLE_NAME, 'txId', 1, 'lsn', lsn),
            'op', CASE TG_OP WHEN 'INSERT' THEN 'c' WHEN 'UPDATE' THEN 'u' ELSE 'd' END,
            'ts_ms', 1, 'ts_us', 1000, 'ts_ns', 1000000)::text, TG_OP = 'DELETE');
          RETURN NULL;
        END $$;
        """)
      for table in CatalogueMigrations.tables {
        try await connection.execute(
          """
          CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE ON public.\(identifier: table)
          FOR EACH ROW EXECUTE FUNCTION log_change()
          """)
      }
    }
  }

  /// The topics with their records, as the connector files route them.
  func topics() async throws -> [[ChangeRecord]] {
    var topics: [String: [ChangeRecord]] = [:]
    let own: Set<String> = ["brands", "sellers", "categories", "tags", "options"]
    for row in try await shop.pool.query("SELECT tbl, record, deleted FROM change_log ORDER BY seq") {
      let table = try row["tbl", as: String.self]
      let topic = own.contains(table) ? "shop.public.\(table)" : "product-events"
      var values: [[UInt8]?] = [Array(try row["record", as: String.self].utf8)]
      if try row["deleted", as: Bool.self] { values.append(nil) }
      for value in values {
        let record = ConsumerRecord(topic: topic, partition: 0, offset: Int64(topics[topic]?.count ?? 0), value: value)
        topics[topic, default: []].append(ChangeRecord(parsing: record))
      }
    }
    return topics.sorted { $0.key < $1.key }.map(\.value)
  }
}
