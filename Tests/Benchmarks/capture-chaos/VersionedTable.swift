import Postgres

/// Rows whose every change gets a number of its own, and a history, written by the same transactions, that says which were committed.
struct VersionedTable: Sendable {
  static let rows: Int64 = 3000
  let connection: Connection

  func create() async throws {
    try await connection.executeScript(
      """
      CREATE SEQUENCE versions;
      CREATE TABLE t (id bigint PRIMARY KEY, v bigint NOT NULL, pad text);
      ALTER TABLE t REPLICA IDENTITY FULL;
      CREATE TABLE history (seq bigserial PRIMARY KEY, id bigint NOT NULL, op "char" NOT NULL, v bigint NOT NULL);
      -- Whoever changes a row holds its lock while the history gets its number: per row the numbers are in the order of the commits.
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          INSERT INTO history (id, op, v) VALUES (OLD.id, 'd', OLD.v);
        ELSE
          INSERT INTO history (id, op, v) VALUES (NEW.id, CASE TG_OP WHEN 'INSERT' THEN 'c' ELSE 'u' END, NEW.v);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION note()
      """)
  }

  func put(_ id: Int64, pad: Int64) async throws {
    try await connection.execute(
      """
      INSERT INTO t VALUES (\(id), nextval('versions'), repeat('x', \(pad)::int))
      ON CONFLICT (id) DO UPDATE SET v = excluded.v, pad = excluded.pad
      """)
  }

  func delete(_ id: Int64) async throws { try await connection.execute("DELETE FROM t WHERE id = \(id)") }

  /// Many rows at once, in the order of their keys so that clients do not wait for each other crosswise.
  func touch(from first: Int64, count: Int64) async throws {
    try await connection.execute(
      """
      UPDATE t SET v = nextval('versions')
      WHERE id IN (SELECT id FROM t WHERE id >= \(first) AND id < \(first + count) ORDER BY id FOR UPDATE)
      """)
  }

  func history() async throws -> [Change] {
    let rows = try await connection.query("SELECT id, op::text AS op, v FROM history ORDER BY seq")
    return try rows.map { row in
      Change(
        id: try row["id", as: Int64.self], operation: try row["op", as: String.self], version: try row["v", as: Int64.self])
    }
  }
}

/// A committed change.
struct Change: Hashable, Sendable {
  var id: Int64
  var operation: String
  var version: Int64
}
