import BenchmarkSupport
import Postgres

/// What the database could do at best: the same changes, from a staging table in the same server, 1000 to a transaction, each with the
/// guard that an older change never overwrites a newer one. No parsing, no network, no client.
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
    let sets = ItemTable.names.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    let scattered = ItemTable.scattered("n", count: "\(rows)")
    // No 1000 changes in a row touch a row twice, which ON CONFLICT would refuse.
    try await connection.executeScript(
      """
      CREATE TABLE reference (\(ItemTable.columns), lsn bigint NOT NULL);
      CREATE UNLOGGED TABLE staging (LIKE reference);
      ALTER TABLE staging RENAME COLUMN lsn TO n;
      INSERT INTO staging (n, \(names))
        SELECT i, \(ItemTable.values(id: "i", revision: "0")) FROM generate_series(1, \(rows)::bigint) AS i;
      INSERT INTO staging (n, \(names))
        SELECT \(rows) + n, \(ItemTable.values(id: "(\(scattered))", revision: "n")) FROM generate_series(1, \(updates)::bigint) AS n;
      ALTER TABLE staging ADD PRIMARY KEY (n);
      CREATE PROCEDURE upsert_staging(count bigint, step bigint) LANGUAGE plpgsql AS $$
      BEGIN
        FOR base IN 1..count BY step LOOP
          INSERT INTO reference AS r (\(names), lsn) SELECT \(names), n FROM staging WHERE n >= base AND n < base + step
          ON CONFLICT (id) DO UPDATE SET \(sets), lsn = excluded.lsn WHERE r.lsn < excluded.lsn;
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
