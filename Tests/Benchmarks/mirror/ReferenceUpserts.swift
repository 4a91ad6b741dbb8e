import BenchmarkSupport
import Postgres

/// What the database could do at best: the same changes into a table of the mirror's form (it says of each row which change wrote it, when, and
/// whether it is deleted), from a staging table in the same server, 1000 to a transaction, with the guard that an older change never
/// overwrites a newer one. No parsing, no network, no client.
struct ReferenceUpserts {
  private let connection: Connection
  private let rows: Int
  private let updates: Int

  init(_ connection: Connection, rows: Int, updates: Int) {
    self.connection = connection
    self.rows = rows
    self.updates = updates
  }

  /// Prepares, then measures. Returns seconds.
  func measure() async throws -> Double {
    let names = ItemTable.names.joined(separator: ", ")
    let technical = ["_lsn bigint NOT NULL", "_after bigint", "_ts timestamptz", "_deleted_at timestamptz"].joined(separator: ", ")
    let sets = ItemTable.names.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    let scattered = ItemTable.scattered("n", count: "\(rows)")
    // No 1000 changes in a row touch a row twice, which ON CONFLICT would refuse.
    try await connection.executeScript(
      """
      CREATE TABLE reference (\(ItemTable.columns), \(technical)) WITH (fillfactor = 85);
      CREATE INDEX ON reference (_deleted_at) WHERE _deleted_at IS NOT NULL;
      CREATE UNLOGGED TABLE staging (n bigint, \(ItemTable.columns.replacing(" PRIMARY KEY", with: "")));
      INSERT INTO staging (n, \(names))
        SELECT i, \(ItemTable.values(id: "i", revision: "0")) FROM generate_series(1, \(rows)::bigint) AS i;
      INSERT INTO staging (n, \(names))
        SELECT \(rows) + n, \(ItemTable.values(id: "(\(scattered))", revision: "n")) FROM generate_series(1, \(updates)::bigint) AS n;
      ALTER TABLE staging ADD PRIMARY KEY (n);
      CREATE PROCEDURE upsert_staging(count bigint, step bigint) LANGUAGE plpgsql AS $$
      BEGIN
        FOR base IN 1..count BY step LOOP
          INSERT INTO reference AS r (\(names), _lsn, _after, _ts, _deleted_at)
          SELECT \(names), n, n, now(), NULL FROM staging WHERE n >= base AND n < base + step
          ON CONFLICT (id) DO UPDATE SET \(sets), _lsn = excluded._lsn, _after = excluded._after, _ts = excluded._ts,
            _deleted_at = excluded._deleted_at
          WHERE r._lsn < excluded._lsn;
          COMMIT;
        END LOOP;
      END $$
      """)
    try await connection.execute("VACUUM ANALYZE staging")
    try await connection.execute("CHECKPOINT")
    let begin = ContinuousClock.now
    try await connection.executeScript("CALL upsert_staging(\(rows + updates), 1000)")
    return begin.duration(to: .now).seconds
  }
}
