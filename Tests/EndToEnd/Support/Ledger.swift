import Postgres
import ReadModels
import TestSupport

/// Tables that a test writes to: one with a large column, one with a key of two columns, one whose keys change, one without a key.
enum Ledger {
  static let tables = ["accounts", "positions", "notes", "journal"]

  static func create(on connection: Connection) async throws {
    try await connection.executeScript(
      """
      CREATE TABLE accounts (id int PRIMARY KEY, owner text NOT NULL, balance numeric(12,2) NOT NULL DEFAULT 0, note text);
      CREATE TABLE positions (account_id int, line int, amount bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (account_id, line));
      CREATE TABLE notes (id int PRIMARY KEY, body text NOT NULL);
      -- A row whose key changes must bring its large values along.
      ALTER TABLE notes REPLICA IDENTITY FULL;
      CREATE TABLE journal (account_id int NOT NULL, what text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
      """)
  }

  /// Adds accounts without positions.
  static func addAccounts(_ ids: ClosedRange<Int>, on connection: Connection) async throws {
    try await connection.execute(
      """
      INSERT INTO accounts SELECT i, 'owner ' || i, i, CASE WHEN i % 10 = 0 THEN repeat('note ', 1000) END
      FROM generate_series(\(Int64(ids.lowerBound)), \(Int64(ids.upperBound))) i
      """)
    try await connection.execute(
      "INSERT INTO notes SELECT id, \(unescaped: largeText("id")) FROM accounts WHERE id % 3 = 0 ON CONFLICT DO NOTHING")
  }

  /// SQL for a text that is stored outside of its row.
  static func largeText(_ seed: String) -> String { "(SELECT string_agg(md5((\(seed))::text || i), ' ') FROM generate_series(1, 200) i)" }

  /// Waits until the mirrors hold what the tables hold.
  ///
  /// - Throws: `NotInTime` with the differences.
  static func expectMirrored(
    _ installation: Installation, _ tables: [String] = tables, within limit: Duration = .seconds(60)
  ) async throws {
    var differences: [String] = []
    do {
      try await eventually(within: limit, every: .milliseconds(200)) {
        do { differences = try await compare(installation, tables).filter { !$0.isEqual }.map(\.description) } catch let error
          as PostgresError
        {
          // The mirrors are made when the syncer starts; the servers of some tests are away for a while.
          differences = [error.description]
        }
        return differences.isEmpty
      }
    } catch let late as NotInTime {
      throw NotInTime(what: "equality of tables and mirrors (\(differences.joined(separator: "; ")))", limit: late.limit)
    }
  }

  static func compare(_ installation: Installation, _ tables: [String] = tables) async throws -> [MirrorComparisonResult] {
    try await installation.connected(installation.write) { source in
      let catalog = try await MirrorCatalog.load(from: source, tables: tables, namespace: MirrorNamespace(topicPrefix: "ledger"))
      let comparison = MirrorComparison(try catalog.mirrors())
      return try await installation.connected(installation.read) { try await comparison.run(source: source, mirror: $0) }
    }
  }
}
