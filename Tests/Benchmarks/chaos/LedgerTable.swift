import BenchmarkSupport
import Postgres

/// Accounts and contracts, changed in every way in which rows can change, and a journal without a primary key, which is only added to.
///
/// Accounts have the usual REPLICA IDENTITY: an update that leaves a large note alone does not carry it. Contracts have FULL, because their keys
/// change together with large notes (see what `MirrorProjection` says about its limits).
struct LedgerTable: Sendable {
  static let tables = ["accounts", "contracts", "journal"]
  /// Accounts that all clients share: 1 to this. Others belong to one client.
  static let shared: Int64 = 3_000

  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// Where an ID is: a client's own are accounts and contracts in turn.
  static func table(of id: Int64) -> String { isContract(id) ? "contracts" : "accounts" }

  static func isContract(_ id: Int64) -> Bool { id > shared && id % 2 == 0 }

  func create() async throws {
    try await connection.executeScript(
      """
      CREATE TABLE accounts (
        id bigint PRIMARY KEY, owner text NOT NULL, balance numeric(14,2) NOT NULL, status text, note text, labels text[],
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp());
      -- Kept out of the row, so that an update of something else carries no value for it.
      ALTER TABLE accounts ALTER COLUMN note SET STORAGE EXTERNAL;
      CREATE TABLE contracts (LIKE accounts INCLUDING ALL);
      ALTER TABLE contracts REPLICA IDENTITY FULL;
      CREATE TABLE journal (
        client integer NOT NULL, number bigint NOT NULL, account bigint NOT NULL, amount numeric(14,2) NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(), memo text);
      INSERT INTO accounts (id, owner, balance, note)
        SELECT i, 'Owner ' || i, i, CASE WHEN i % 10 = 0 THEN repeat(md5(i::text), 100) END FROM generate_series(1, \(Self.shared)) AS i;
      INSERT INTO journal (client, number, account, amount) SELECT 0, i, i, i FROM generate_series(1, 2000) AS i
      """)
  }

  /// What a client has, as the tables know it.
  func life(of client: Int, _ numbers: SeededNumbers) async throws -> LedgerLife {
    let first = Int64(client) * 1_000_000_000
    let accounts = try await connection.query(
      """
      SELECT id FROM accounts WHERE id BETWEEN \(first) AND \(first + 999_999_999)
      UNION ALL SELECT id FROM contracts WHERE id BETWEEN \(first) AND \(first + 999_999_999) ORDER BY id
      """)
    let last = try await connection.query("SELECT coalesce(max(number), 0)::bigint FROM journal WHERE client = \(Int64(client))")
    var life = LedgerLife(numbers: numbers, nextAccount: first)
    life.accounts = try accounts.map { try $0[0, as: Int64.self] }
    life.nextAccount = max(first, life.accounts.last ?? first) + 1000
    life.nextEntry = try last.single()[0, as: Int64.self] + 1
    return life
  }

  /// Entries that clients have written.
  func entryCount() async throws -> Int64 {
    try await connection.query("SELECT count(*) FROM journal WHERE client > 0").single()[0, as: Int64.self]
  }

  func move(_ amount: Int64, from: Int64, to: Int64) async throws {
    // In one order for all, so that transfers do not wait for each other crosswise.
    for (id, change) in [(from, -amount), (to, amount)].sorted(by: { $0.0 < $1.0 }) {
      try await connection.execute(
        """
        UPDATE \(identifier: Self.table(of: id)) SET balance = balance + \(change)::numeric / 100, changed_at = clock_timestamp()
        WHERE id = \(id)
        """)
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
      """
      INSERT INTO \(identifier: Self.table(of: id)) (id, owner, balance, note, labels)
      VALUES (\(id), \(owner), 0, \(note), ARRAY['new', \(owner)])
      """)
  }

  func close(_ id: Int64) async throws {
    try await connection.execute("DELETE FROM \(identifier: Self.table(of: id)) WHERE id = \(id)")
  }

  /// Gives a row another key in the same table. False where that is not done: an account with a large note keeps its key.
  func rename(_ id: Int64, to other: Int64) async throws -> Bool {
    try await connection.execute(
      """
      UPDATE \(identifier: Self.table(of: id)) SET id = \(other), status = 'moved'
      WHERE id = \(id) AND (\(Self.isContract(id)) OR coalesce(length(note), 0) < 1000)
      """) > 0
  }

  func annotate(_ id: Int64, _ note: String?) async throws {
    try await connection.execute(
      "UPDATE \(identifier: Self.table(of: id)) SET note = \(note), changed_at = clock_timestamp() WHERE id = \(id)")
  }

  /// Changes many accounts at once.
  func credit(_ ids: ClosedRange<Int64>) async throws {
    try await connection.execute(
      "UPDATE accounts SET balance = balance + 1, status = 'credited' WHERE id BETWEEN \(ids.lowerBound) AND \(ids.upperBound)")
  }
}
