extension Connection {
  /// Runs `body` in a transaction: COMMIT when it returns, ROLLBACK when it throws (or its task is cancelled).
  ///
  /// What the caller learns about the commit:
  /// - it returns: committed;
  /// - ``CommitOutcomeUnknown``: COMMIT was sent and no answer came; committed or not;
  /// - any other error: not committed. Where COMMIT itself was answered with an error (a deferred constraint, a serialization failure), that is
  ///   a ``PostgresError`` whose operation is `commit`.
  ///
  /// COMMIT is not interrupted when the task is cancelled: it takes at most the options' `commitTimeout`.
  /// Transactions do not nest; ``savepoint(isolation:_:)`` does.
  public func transaction<Value>(
    _ options: TransactionOptions = TransactionOptions(), isolation: isolated (any Actor)? = #isolation,
    _ body: (Connection) async throws -> Value
  ) async throws -> Value {
    try await transaction(options, opening: [], isolation: isolation) { transaction, _ in try await body(transaction) }
  }

  /// The same for a transaction whose first statements are known before it begins: they go out with BEGIN, in one round trip, and `body` gets the
  /// rows of each.
  /// - Throws: also the ``PostgresError`` of the first of them that failed; the transaction is rolled back then.
  public func transaction<Value>(
    _ options: TransactionOptions = TransactionOptions(), opening: [Query], plans: Plans = .asConfigured,
    isolation: isolated (any Actor)? = #isolation, _ body: (Connection, [Rows]) async throws -> Value
  ) async throws -> Value {
    let rows = try await begin(options, with: opening, plans: plans)
    let value: Value
    do {
      value = try await body(self, rows)
    } catch {
      await rollbackLoudly()
      throw error
    }
    if Task.isCancelled {
      await rollbackLoudly()
      throw CancellationError()
    }
    try await commit(timeout: options.commitTimeout)
    return value
  }

  /// Runs `body` in a part of the open transaction that can fail alone: what it did is undone when it throws, and the transaction goes on.
  public func savepoint<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Connection) async throws -> Value
  ) async throws -> Value {
    guard transactionStatus == .open else {
      throw PostgresError.misuse("a savepoint needs an open transaction", operation: .query)
    }
    // One name is enough: an inner savepoint hides the outer one of the same name until it is released.
    try await execute("SAVEPOINT sluice")
    do {
      let value = try await body(self)
      try await execute("RELEASE SAVEPOINT sluice")
      return value
    } catch {
      if isOpen {
        try await thread.perform(.rollback, timeout: .seconds(15), isCancellable: false, atDeadline: .abandon) { session, control in
          _ = try session.runScript("ROLLBACK TO SAVEPOINT sluice; RELEASE SAVEPOINT sluice", control)
        }
      }
      throw error
    }
  }

  private func begin(_ options: TransactionOptions, with opening: [Query] = [], plans: Plans = .asConfigured) async throws -> [Rows] {
    let beginning = options.beginStatements
    do {
      return try await thread.perform(opening.isEmpty ? .query : .pipeline, timeout: configuration.queryTimeout) { session, control in
        _ = try session.ready(control)
        guard session.state.transactionStatus == 0 else {
          throw PostgresError.misuse("a transaction is open already on this connection; use savepoint for a part of it", operation: .query)
        }
        guard !opening.isEmpty else {
          _ = try session.runScript(beginning.joined(separator: "; "), control)
          return []
        }
        // The first that failed is the one that says why: those behind it were not run.
        return try session.runPipeline(beginning.map { Query(unescaped: $0) } + opening, plans: plans, format: .text, control)
          .map { try $0.get() }.dropFirst(beginning.count).map { Rows(handle: $0) }
      }
    } catch {
      // BEGIN was taken and what follows it was not (a snapshot that is gone, say): the transaction is open and failed.
      if (error as? PostgresError)?.origin != .misuse, transactionStatus == .failed || transactionStatus == .open { await rollbackLoudly() }
      throw error
    }
  }

  private func commit(timeout: Duration) async throws {
    try await thread.perform(.commit, timeout: timeout, isCancellable: false, atDeadline: .abandon) { session, control in
      guard session.connection != nil else { throw PostgresError.closed(operation: .commit) }
      let result: ResultHandle?
      do {
        result = try session.runScript("COMMIT", control)
      } catch let error as PostgresError where error.origin == .connection || error.origin == .deadline || error.isFatal {
        // A FATAL answer can come after the commit record was written (while a standby is waited for), so it says nothing about the outcome.
        throw CommitOutcomeUnknown(cause: error)
      }
      guard result?.commandTag == "COMMIT" else {
        // The server answers COMMIT of a failed transaction with ROLLBACK and no error: the body has swallowed one.
        throw PostgresError(
          origin: .server, operation: .commit, sqlState: .inFailedTransaction,
          message: "the transaction was rolled back because a statement in it had failed")
      }
    }
  }

  private func rollbackLoudly() async {
    guard isOpen else { return }
    do {
      try await rollback()
    } catch {
      logger.warning("ROLLBACK failed; the connection is closed", metadata: ["reason": "\(String(reflecting: error))"])
      await close()
    }
  }
}
