import Postgres
import Syncer
import TestSupport

extension ReadModelBench {
  /// Runs `first` and holds its transaction open until `second`, on another connection, waits for a lock of it (or has ended, because it
  /// needs none); then the first one commits.
  func overlapping(_ first: [ChangeRecord], _ second: [ChangeRecord]) async throws {
    let other = try await Connection.connect(configuration, logger: Self.logger)
    let watcher = try await Connection.connect(configuration, logger: Self.logger)
    let pid = Int64(other.backendPID)
    try await connection.executeScript("BEGIN")
    try await run(first, in: connection)
    async let done: Void = apply(second, on: other)
    try await eventually(within: .seconds(10), "the second transaction waits or ends") {
      let rows = try await watcher.query(
        """
        SELECT coalesce(wait_event_type = 'Lock' OR state = 'idle' AND query ILIKE 'COMMIT%', false) FROM pg_stat_activity
        WHERE pid = \(pid)
        """)
      return try rows.first?[0, as: Bool.self] == true
    }
    try await connection.executeScript("COMMIT")
    try await done
    await other.close()
    await watcher.close()
  }
}
