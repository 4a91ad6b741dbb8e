import Postgres

/// The table that the benchmarks write: seven columns of everyday types, a change of which is an envelope of about 600 bytes.
public struct ItemTable: Sendable {
  /// `public.items`.
  public static let name = "items"
  /// Columns with their types, the key first.
  public static let columns = """
    id bigint PRIMARY KEY, name text NOT NULL, price numeric(12,2) NOT NULL, quantity integer NOT NULL, is_listed boolean NOT NULL,
    description text, changed_at timestamptz NOT NULL
    """
  /// The columns' names, in order.
  public static let names = ["id", "name", "price", "quantity", "is_listed", "description", "changed_at"]
  /// How many rows one transaction changes.
  public static let transactionRows = 100

  private let connection: Connection

  /// The table of the connection's database.
  public init(_ connection: Connection) { self.connection = connection }

  /// Makes the table and the procedures that fill it.
  public func create() async throws {
    try await connection.executeScript(
      """
      CREATE TABLE items (\(Self.columns));
      CREATE PROCEDURE insert_items(count bigint, step bigint) LANGUAGE plpgsql AS $$
      BEGIN
        FOR base IN 1..count BY step LOOP
          INSERT INTO items SELECT \(Self.values(id: "i", revision: "0")) FROM generate_series(base, least(base + step - 1, count)) AS i;
          COMMIT;
        END LOOP;
      END $$;
      CREATE PROCEDURE update_items(count bigint, first bigint, last bigint, step bigint) LANGUAGE plpgsql AS $$
      BEGIN
        FOR base IN first..last BY step LOOP
          UPDATE items SET (\(Self.names.joined(separator: ", "))) = (SELECT \(Self.values(id: "items.id", revision: "n")))
          FROM generate_series(base, least(base + step - 1, last)) AS n WHERE items.id = \(Self.scattered("n", count: "count"));
          COMMIT;
        END LOOP;
      END $$;
      CREATE PROCEDURE delete_items(count bigint, step bigint) LANGUAGE plpgsql AS $$
      BEGIN
        FOR base IN 1..count BY step LOOP
          DELETE FROM items WHERE id BETWEEN base AND least(base + step - 1, count);
          COMMIT;
        END LOOP;
      END $$
      """)
  }

  /// Deletes the first `count` rows.
  public func delete(_ count: Int) async throws {
    try await connection.executeScript("CALL delete_items(\(count), \(Self.transactionRows))")
  }

  /// Inserts `count` rows.
  public func insert(_ count: Int, transactionRows: Int = transactionRows) async throws {
    try await connection.executeScript("CALL insert_items(\(count), \(transactionRows))")
  }

  /// Makes `changes` updates of a table of `count` rows, scattered over it: no row twice among any `count` of them.
  public func update(_ changes: Int, of count: Int) async throws {
    try await connection.executeScript("CALL update_items(\(count), 1, \(changes), \(Self.transactionRows))")
  }

  /// The values of a row, as SQL.
  public static func values(id: String, revision: String) -> String {
    """
    \(id), 'Item ' || \(id), ((\(id) + \(revision)) % 100000)::numeric / 100, ((\(id) + \(revision)) % 1000)::integer,
    (\(id) + \(revision)) % 2 = 0, 'Item ' || \(id) || ', revision ' || \(revision) || ', as of now', now()
    """
  }

  /// The row that update number `n` changes, as SQL: 7919 is prime, so that with a count that it does not divide each row has its turn.
  public static func scattered(_ n: String, count: String) -> String { "(\(n) * 7919) % \(count) + 1" }
}
