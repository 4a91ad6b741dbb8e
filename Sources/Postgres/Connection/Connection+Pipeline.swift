extension Connection {
  /// Sends all statements without waiting in between, and gives an answer for each, in order.
  ///
  /// Outside of a transaction they are one: when one fails, those before it are rolled back and those after it are not run (their error's origin is
  /// `abortedPipeline`). Inside a transaction the same happens to the transaction.
  /// - Parameter plans: how the statements are planned. ``Plans/kept`` needs a transaction.
  /// - Throws: only what concerns all of them: a broken connection, cancellation, the deadline.
  public func pipeline(
    _ queries: [Query], plans: Plans = .asConfigured, format: ValueFormat = .text, timeout: Duration? = nil
  ) async throws -> [Result<Rows, PostgresError>] {
    if queries.isEmpty { return [] }
    let results = try await thread.perform(.pipeline, timeout: timeout ?? configuration.queryTimeout) { session, control in
      try session.runPipeline(queries, plans: plans, format: format, control)
    }
    return results.map { $0.map { Rows(handle: $0) } }
  }
}
