public import Postgres

extension EventStore {
  /// Sends stored events through the outbox again, in order, so that a read model can be rebuilt from its topic.
  ///
  /// Each aggregate's events come in their order, with their first identifiers and versions; a consumer that guards by version takes
  /// what it has for a repeat. Commands may go on meanwhile: their new events can come before older ones that are sent again, which a
  /// consumer sees as a gap that closes later. An interrupted run is continued with `after`.
  ///
  /// - Parameters:
  ///   - aggregateType: nil sends all types.
  ///   - position: where to go on; 0 begins with the first event.
  ///   - chunk: events per transaction, so that no transaction grows with the history.
  ///   - connection: outside of a transaction.
  ///   - progress: called after each commit.
  /// - Returns: how many were sent.
  @discardableResult
  public func republish(
    aggregateType: String? = nil, after position: Int64 = 0, chunk: Int = 500, on connection: Connection,
    progress: @Sendable (RepublishProgress) async throws -> Void = { _ in }
  ) async throws -> Int64 {
    var state = RepublishProgress(sent: 0, position: position)
    while true {
      try Task.checkCancellation()
      let after = state.position
      let (count, last) = try await connection.transaction { connection in
        let rows = try await connection.query(
          """
          WITH picked AS (
            SELECT position FROM sluice.events
            WHERE position > \(after) AND (\(bind: aggregateType.postgresBind)::text IS NULL
              OR aggregate_type = \(bind: aggregateType.postgresBind)::text)
            ORDER BY position LIMIT \(Int64(max(1, chunk)))
          ), sent AS (
            INSERT INTO sluice.outbox (id, aggregatetype, aggregateid, type, payload, version, created_at)
            SELECT e.event_id, e.aggregate_type, e.aggregate_id, e.type, sluice.event_message(e), e.version, e.created_at
            FROM sluice.events e JOIN picked ON picked.position = e.position ORDER BY e.position
          )
          SELECT e.event_id::text AS id, e.position FROM sluice.events e JOIN picked ON picked.position = e.position ORDER BY e.position
          """)
        var ids: [String] = []
        var last = after
        for row in rows {
          ids.append(try row["id", as: String.self])
          last = max(last, try row["position", as: Int64.self])
        }
        if !ids.isEmpty { try await connection.execute(Outbox.deletion(of: ids)) }
        return (Int64(ids.count), last)
      }
      if count == 0 { return state.sent }
      state.sent += count
      state.position = last
      try await progress(state)
    }
  }
}
