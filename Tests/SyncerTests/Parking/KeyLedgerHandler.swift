import Postgres
import Synchronization

@testable import Syncer

/// Writes down each record in the order in which it was applied, with nothing that would keep it from doing so twice; refuses records whose name is in a table of
/// forbidden names.
struct KeyLedgerHandler: Handler {
  let name = "ledger"

  func prepare(_ connection: Connection) async throws {
    try await connection.executeScript(
      """
      BEGIN;
      SELECT pg_advisory_xact_lock(4712);
      CREATE TABLE IF NOT EXISTS ledger (number bigserial, key text, partition bigint, "offset" bigint, name text);
      CREATE TABLE IF NOT EXISTS forbidden (name text PRIMARY KEY);
      CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF EXISTS (SELECT FROM forbidden f WHERE f.name = NEW.name) THEN RAISE EXCEPTION ''refused'' USING ERRCODE = ''23514''; END IF; RETURN NEW; END';
      DROP TRIGGER IF EXISTS refuse ON ledger;
      CREATE TRIGGER refuse BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION refuse();
      COMMIT;
      """)
  }

  func accepts(_ record: ChangeRecord) -> Bool { record.isOfItems }

  func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    let names = records.map(\.itemName)
    try await transaction.execute(
      """
      INSERT INTO ledger (key, partition, "offset", name) SELECT * FROM unnest(
        \(records.map { String(decoding: $0.key ?? [], as: UTF8.self) })::text[], \(records.map { Int64($0.partition) })::bigint[],
        \(records.map(\.offset))::bigint[], \(names)::text[])
      """)
  }
}

/// What the ledger holds.
struct LedgerEntries {
  let pool: Pool

  var count: Int {
    get async throws { Int(try await pool.query("SELECT count(*) FROM ledger").single()[0, as: Int64.self]) }
  }

  /// Places that stand there more than once.
  var doubles: Int {
    get async throws {
      Int(
        try await pool.query(
          "SELECT count(*) FROM (SELECT FROM ledger GROUP BY partition, \"offset\" HAVING count(*) > 1) AS t"
        ).single()[0, as: Int64.self])
    }
  }

  /// Records that were applied after a later one of their key.
  var overtaken: Int {
    get async throws {
      Int(
        try await pool.query(
          """
          SELECT count(*) FROM (
            SELECT "offset" < lag("offset") OVER (PARTITION BY partition, key ORDER BY number) AS is_late FROM ledger) AS t WHERE is_late
          """
        ).single()[0, as: Int64.self])
    }
  }

  func forbid(_ names: String...) async throws {
    try await pool.execute("INSERT INTO forbidden SELECT * FROM unnest(\(names)::text[])")
  }

  func allow() async throws { try await pool.execute("DELETE FROM forbidden") }
}
