internal import Postgres
internal import Synchronization

/// How many values of one name a projection locks one by one, by the room that the server has for locks. Shared by the projection's copies.
///
/// The server's lock table has room for `max_locks_per_transaction` locks of each session that it may have (PostgreSQL 15, 20.12), whoever
/// takes them. Three quarters of it are shared out among the syncer's sessions. The limit is one of each name and not of their sum: batches
/// touch many values of one or two names, and what sessions do not use is there for others.
final class LockLimit: Sendable {
  private let limit = Atomic(DocumentLocks.defaultLimit)
  private let sessions: Int

  /// - Parameter sessions: how many transactions with such locks may be under way at once.
  init(sessions: Int) {
    self.sessions = max(1, sessions)
  }

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
    limit.store(Self.limit(capacity: Int(capacity), sessions: sessions), ordering: .relaxed)
  }

  /// With PostgreSQL's defaults (7808 locks) and four sessions nearly as many documents as a batch of 2000 rows touches.
  static func limit(capacity: Int, sessions: Int) -> Int { min(max(capacity * 3 / (4 * sessions), 100), 20_000) }
}
