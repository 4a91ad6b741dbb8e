internal import Postgres

/// The inbox: table `processed_events` of the read database, one row an event that a handler has handled. Written in the transaction of
/// the handler's effect, so that both exist or neither.
struct ProcessedEventsStore: Sendable {
  let handler: String

  /// Keeps two processes that start at once from creating at once: the bytes of "inbox" as a number.
  private static let lockKey: Int64 = 0x69_6E62_6F78

  func prepare(_ connection: Connection) async throws {
    try await connection.transaction { transaction in
      try await transaction.execute("SELECT pg_advisory_xact_lock(\(Self.lockKey))")
      try await transaction.executeScript(
        """
        CREATE TABLE IF NOT EXISTS processed_events (
          handler text NOT NULL,
          event_id text NOT NULL,
          processed_at timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (handler, event_id)
        );
        CREATE INDEX IF NOT EXISTS processed_events_processed_at ON processed_events (processed_at);
        """)
    }
  }

  /// Takes those of `ids` that were not handled before, for the transaction. Of two transactions that take one event the second waits for
  /// the first to end: it goes without where the first commits, and takes it where the first rolls back.
  ///
  /// - Returns: the IDs taken.
  func take(_ ids: Set<String>, in transaction: Connection) async throws -> Set<String> {
    guard !ids.isEmpty else { return [] }
    // In one order by all, so that two transactions cannot wait for each other.
    let rows = try await transaction.query(
      """
      INSERT INTO processed_events (handler, event_id)
      SELECT \(handler), id FROM unnest(\(ids.sorted())::text[]) AS id
      ON CONFLICT DO NOTHING RETURNING event_id
      """)
    return try Set(rows.map { try $0[0, as: String.self] })
  }

  /// Forgets IDs that are older than the retention. Returns how many, at most as many as one step may.
  func prune(_ inbox: EventInbox, on connection: Connection) async throws -> Int {
    let seconds = Double(inbox.retention / .seconds(1))
    return try await connection.execute(
      """
      DELETE FROM processed_events WHERE (handler, event_id) IN (
        SELECT handler, event_id FROM processed_events
        WHERE handler = \(handler) AND processed_at < now() - make_interval(secs => \(seconds)::float8)
        ORDER BY processed_at LIMIT \(Int64(inbox.stepSize)))
      """)
  }
}
