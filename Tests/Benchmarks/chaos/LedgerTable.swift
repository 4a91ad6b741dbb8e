import Postgres

/// Accounts, changed in every way in which rows can change, and a journal without a primary key, which is only added to.
struct LedgerTable: Sendable {
  static let tables = ["accounts", "journal"]
  /// Accounts that all clients share: 1 to this. Others belong to one client.
  static let shared: Int64 = 2000

  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func create() async throws {
    try await connection.executeScript(
      """
      CREATE TABLE accounts (
        id bigint PRIMARY KEY, owner text NOT NULL, balance numeric(14,2) NOT NULL, status text, note text, labels text[],
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp());
      -- Kept out of the row, so that an update of something else carries no value for it.
      ALTER TABLE accounts ALTER COLUMN note SET STORAGE EXTERNAL;
      CREATE TABLE journal (
        client integer NOT NULL, number bigint NOT NULL, account bigint NOT NULL, amount numeric(14,2) NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(), memo text);
      INSERT INTO accounts (id, owner, balance, note)
        SELECT i, 'Owner ' || i, i, CASE WHEN i % 10 = 0 THEN repeat(md5(i::text), 100) END FROM generate_series(1, \(Self.shared)) AS i;
      INSERT INTO journal (client, number, account, amount) SELECT 0, i, i, i FROM generate_series(1, 2000) AS i
      """)
  }

  func move(_ amount: Int64, from: Int64, to: Int64) async throws {
    // In one order for all, so that transfers do not wait for each other crosswise.
    for (id, change) in [(from, -amount), (to, amount)].sorted(by: { $0.0 < $1.0 }) {
      try await connection.execute(
        "UPDATE accounts SET balance = balance + \(change)::numeric / 100, changed_at = clock_timestamp() WHERE id = \(id)")
    }
  }

  func write(client: Int, number: Int64, account: Int64, amount: Int64, memo: String?) async throws {
    try await connection.execute(
      """
      INSERT INTO journal (client, number, account, amount, memo)
      VALUES (\(Int64(client)), \(number), \(account), \(amount)::numeric / 100, \(memo))
      """)
  }

  func open(_ id: Int64, owner: String, note: String?) async throws {
    try await connection.execute(
      "INSERT INTO accounts (id, owner, balance, note, labels) VALUES (\(id), \(owner), 0, \(note), ARRAY['new', \(owner)])")
  }

  func close(_ id: Int64) async throws { try await connection.execute("DELETE FROM accounts WHERE id = \(id)") }

  func rename(_ id: Int64, to other: Int64) async throws {
    try await connection.execute("UPDATE accounts SET id = \(other), status = 'moved' WHERE id = \(id)")
  }

  func annotate(_ id: Int64, _ note: String?) async throws {
    try await connection.execute("UPDATE accounts SET note = \(note), changed_at = clock_timestamp() WHERE id = \(id)")
  }

  /// Changes many rows at once.
  func credit(_ ids: ClosedRange<Int64>) async throws {
    try await connection.execute(
      "UPDATE accounts SET balance = balance + 1, status = 'credited' WHERE id BETWEEN \(ids.lowerBound) AND \(ids.upperBound)")
  }
}
