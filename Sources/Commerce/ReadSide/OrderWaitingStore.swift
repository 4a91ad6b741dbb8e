import Postgres

/// Events of orders that came before earlier ones, in table `orders_waiting`, until these have come.
struct OrderWaitingStore: Sendable {
  /// The table's name.
  static let table = "orders_waiting"
  /// Where it is.
  var schema = "public"

  /// Creates the table. Repeatable, and correct while another process does the same.
  func prepare(_ connection: Connection) async throws {
    try await connection.transaction { connection in
      try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sluice.orders', 0))")
      try await connection.execute("CREATE SCHEMA IF NOT EXISTS \(identifier: schema)")
      try await connection.execute(
        """
        CREATE TABLE IF NOT EXISTS \(identifier: schema, Self.table) (
          order_id text NOT NULL, version bigint NOT NULL, message text NOT NULL,
          received_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (order_id, version))
        """)
    }
  }

  /// What waits for the given orders, by order and version.
  func load(_ ids: [String], in transaction: Connection) async throws -> [String: [Int64: OrderMessage]] {
    let rows = try await transaction.query(
      "SELECT order_id, message FROM \(identifier: schema, Self.table) WHERE order_id = ANY(\(ids)::text[])")
    var waiting: [String: [Int64: OrderMessage]] = [:]
    for row in rows {
      let message = try OrderMessage(parsing: Array(try row["message", as: String.self].utf8))
      waiting[try row["order_id", as: String.self], default: [:]][message.version] = message
    }
    return waiting
  }

  /// Keeps events; those that wait already stay as they are.
  func keep(_ events: [(id: String, version: Int64, text: String)], in transaction: Connection) async throws {
    guard !events.isEmpty else { return }
    try await transaction.execute(
      """
      INSERT INTO \(identifier: schema, Self.table) (order_id, version, message)
      SELECT * FROM unnest(\(events.map(\.id))::text[], \(events.map(\.version))::bigint[], \(events.map(\.text))::text[])
      ON CONFLICT DO NOTHING
      """)
  }

  /// Forgets the events that the documents have reached.
  func forget(_ reached: [(id: String, version: Int64)], in transaction: Connection) async throws {
    guard !reached.isEmpty else { return }
    try await transaction.execute(
      """
      DELETE FROM \(identifier: schema, Self.table) w
      USING unnest(\(reached.map(\.id))::text[], \(reached.map(\.version))::bigint[]) AS d(id, version)
      WHERE w.order_id = d.id AND w.version <= d.version
      """)
  }
}
