public import Postgres

/// A table whose rows carry the number of the change that wrote them last; in the write database, or its mirror.
public struct PulseTable: Sendable {
  private let connection: Connection
  private let schema: String

  /// The table of the connection's database.
  public init(_ connection: Connection, schema: String = "public") {
    self.connection = connection
    self.schema = schema
  }

  /// Makes it, with rows 0 to `rows` - 1.
  public func create(rows: Int) async throws {
    try await connection.executeScript(
      """
      CREATE TABLE pulse (id bigint PRIMARY KEY, number bigint NOT NULL, note text NOT NULL, amount numeric(12,2), changed_at timestamptz);
      INSERT INTO pulse SELECT i, 0, 'Pulse ' || i, i, now() FROM generate_series(0, \(rows) - 1) AS i
      """)
  }

  /// One change in a transaction of its own; committed when this returns.
  public func change(row: Int, number: Int) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: schema, "pulse") SET number = \(Int64(number)), amount = \(Int64(number))::numeric / 100, changed_at = now()
      WHERE id = \(Int64(row))
      """)
  }

  /// How many rows there are.
  public func count() async throws -> Int {
    Int(try await connection.query("SELECT count(*) FROM \(identifier: schema, "pulse")").single()[0, as: Int64.self])
  }

  /// The numbers above `low` that can be seen now.
  public func numbers(after low: Int) async throws -> [Int] {
    try await connection.query("SELECT number FROM \(identifier: schema, "pulse") WHERE number > \(Int64(low))").map {
      Int(try $0[0, as: Int64.self])
    }
  }
}
