internal import Postgres
internal import Synchronization

/// How many values of one name a projection locks one by one, by the room that the server has for locks. Shared by the projection's copies.
///
/// The server's lock table has room for `max_locks_per_transaction` locks of each session that it may have (PostgreSQL 15, 20.12), whoever
/// takes them; the sessions of one syncer, each with some names, take no more than all of it in the worst case.
final class LockLimit: Sendable {
  private let limit = Atomic(DocumentLocks.defaultLimit)

  var value: Int { limit.load(ordering: .relaxed) }

  /// Asks the server.
  func prepare(_ connection: Connection) async throws {
    let capacity = try await connection.query(
      """
      SELECT current_setting('max_locks_per_transaction')::bigint * (current_setting('max_connections')::bigint
        + current_setting('max_prepared_transactions')::bigint + current_setting('autovacuum_max_workers')::bigint
        + current_setting('max_worker_processes')::bigint + current_setting('max_wal_senders')::bigint + 1)
      """
    ).single()[0, as: Int64.self]
    limit.store(Self.limit(capacity: Int(capacity)), ordering: .relaxed)
  }

  /// With PostgreSQL's defaults (7808 locks) about as many documents as a batch of 2000 rows touches.
  static func limit(capacity: Int) -> Int { min(max(capacity * 3 / 16, 100), 20_000) }
}
