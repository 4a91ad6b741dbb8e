public import Logging
public import Postgres

/// Something that is asked of a database at the start, which may be about to start as well.
public enum PatientQuestion {
  /// Runs `body` on a connection of its own. While the database does not answer, or is lost on the way, all of it is done again, with back-off,
  /// as Kafka is waited for: `body` must leave nothing behind.
  ///
  /// - Parameters:
  ///   - name: The database's, for the log.
  ///   - limit: A failure after this is final.
  /// - Throws: What `body` throws, and the last attempt's `PostgresError`.
  public static func ask<Answer>(
    _ database: ConnectionConfiguration, called name: String, within limit: Duration, logger: Logger,
    _ body: (Connection) async throws -> Answer
  ) async throws -> Answer {
    let retry = RetryPolicy(initialDelay: .milliseconds(100), maxDelay: .seconds(2), maxAttempts: nil)
    let deadline = ContinuousClock.now + limit
    var attempts = 0
    while true {
      do {
        let connection = try await Connection.connect(database, logger: logger)
        do {
          let answer = try await body(connection)
          await connection.close()
          return answer
        } catch {
          await connection.close()
          throw error
        }
      } catch let error as PostgresError where error.classification != .permanent && ContinuousClock.now < deadline {
        attempts += 1
        if attempts == 1 { logger.warning("the \(name) database does not answer yet: \(error)") }
        try await Task.sleep(for: retry.delay(after: attempts, random: .random(in: 0..<1)))
      }
    }
  }
}
