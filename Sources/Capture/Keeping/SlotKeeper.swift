internal import Logging
internal import Postgres

/// Looks at the replication slot.
struct SlotKeeper: Sendable {
  let name: String
  let connection: Connection

  /// - Returns: nil if there is no such slot.
  func state() async throws -> SlotState? {
    let rows = try await connection.query(
      """
      SELECT plugin, database, active, confirmed_flush_lsn::text AS confirmed, wal_status, safe_wal_size,
             coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)::int8
             AS retained
      FROM pg_replication_slots WHERE slot_name = \(name)
      """)
    guard let row = rows.first else { return nil }
    return SlotState(
      plugin: try row["plugin", as: String?.self], database: try row["database", as: String?.self],
      isActive: try row["active", as: Bool.self],
      confirmed: try row["confirmed", as: String?.self].flatMap { LSN($0) }, walStatus: try row["wal_status", as: String?.self],
      retainedBytes: try row["retained", as: Int64.self], safeBytes: try row["safe_wal_size", as: Int64?.self])
  }

  /// The slot once nobody else reads it.
  ///
  /// A reader that was cut off is noticed by the server after a while only (`wal_sender_timeout`), hence the patience.
  /// - Parameters:
  ///   - retries: nil waits as long as it takes.
  ///   - stop: ends the wait.
  /// - Throws: `PostgresError` (55006, as START_REPLICATION would) if it is still in use after the retries.
  func freeState(retries: Int?, delay: Duration, stop: StopSignal, logger: Logger) async throws -> SlotState? {
    var left = retries
    while true {
      guard let state = try await state(), state.isActive, !stop.isTriggered else { return try await state() }
      try Self.spend(&left)
      logger.warning(
        "the slot is read by another process; waiting", metadata: ["slot": "\(name)", "retries left": "\(left.map(String.init) ?? "any")"])
      try await stop.sleep(for: delay)
    }
  }

  /// - Throws: `PostgresError` when there is no retry left.
  static func spend(_ retries: inout Int?) throws {
    guard let left = retries else { return }
    guard left > 0 else {
      throw PostgresError(
        origin: .server, operation: .replication, sqlState: .objectInUse,
        message: "stop the other process, give this connector a slot.name of its own, or let this one stand by (capture.standby)")
    }
    retries = left - 1
  }
}
