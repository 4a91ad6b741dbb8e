extension Pool {
  /// Whether the server answers: takes a connection and asks it for a sign of life.
  ///
  /// - Parameter timeout: for the answer; waiting for a connection has the pool's own.
  /// - Throws: what stands in the way, ``PoolError`` or ``PostgresError``.
  public func ping(timeout: Duration = .seconds(2)) async throws {
    try await execute("SELECT 1", timeout: timeout)
  }
}
