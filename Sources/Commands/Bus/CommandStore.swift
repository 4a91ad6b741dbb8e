import Postgres

/// The statements around a command in its transaction: time limits, locks, position, savepoint.
///
/// Locks are advisory, on hashes of names, and last until the transaction ends. A collision of two hashes only makes their holders wait for
/// each other.
enum CommandStore {
  /// Bounds every statement of the transaction, waiting for locks included.
  static func timeouts(_ limit: Duration) -> Query {
    let milliseconds = String(Int64(limit.seconds * 1000))
    return "SELECT set_config('lock_timeout', \(milliseconds), true), set_config('statement_timeout', \(milliseconds), true)"
  }

  /// The lock of an aggregate.
  static func lock(aggregateType: String, id: String) -> Query { lock("sluice.aggregate/\(aggregateType)/\(id)") }

  /// The lock of a running command, by which its outcome can be waited for.
  static func lock(command id: String) -> Query { lock("sluice.command/\(id)") }

  /// The lock of an idempotency key.
  static func lock(idempotencyKey key: String) -> Query { lock("sluice.idempotency/\(key)") }

  private static func lock(_ name: String) -> Query { "SELECT pg_advisory_xact_lock(hashtextextended(\(name)::text, 0))" }

  /// Takes an aggregate's lock and then the WAL's position.
  ///
  /// The order matters: whoever held the lock before has committed, so all that it wrote lies before this position, and all that this
  /// command writes lies at or behind it.
  static func position(lockingAggregate id: String, of type: String, on connection: Connection) async throws -> LSN {
    let results = try await connection.pipeline([
      lock(aggregateType: type, id: id), "SELECT pg_current_wal_insert_lsn() AS position",
    ])
    var position = LSN.zero
    for (index, result) in results.enumerated() {
      let rows = try result.get()
      if index == 1 { position = try rows.single()["position", as: LSN.self] }
    }
    return position
  }
}
