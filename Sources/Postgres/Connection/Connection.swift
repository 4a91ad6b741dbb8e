public import Logging

/// A connection to PostgreSQL.
///
/// libpq runs on a thread of the connection's own, never in the cooperative pool. Calls from several tasks are done one after the other; a
/// transaction, though, belongs to one task: statements of another task would land in it. Use a ``Pool`` to share a database.
///
/// Cancelling the task that waits cancels the query on the server, and the call throws `CancellationError`. At the query's deadline the same happens,
/// with a ``PostgresError`` whose origin is `deadline`. Either way the connection stays usable, unless the server does not answer at all.
public final class Connection: Sendable {
  let thread: ConnectionThread
  /// What the connection was made with.
  public let configuration: ConnectionConfiguration
  let logger: Logger

  init(thread: ConnectionThread, configuration: ConnectionConfiguration, logger: Logger) {
    self.thread = thread
    self.configuration = configuration
    self.logger = logger
  }

  deinit {
    thread.stop()
  }

  /// Opens a connection and logs in, within the configuration's `connectTimeout`.
  ///
  /// `onNotice` is called with the server's notices on the connection's thread and must not block; they are logged in any case.
  /// - Throws: ``PostgresError``; its classification says whether another attempt can help.
  public static func connect(
    _ configuration: ConnectionConfiguration, logger: Logger, onNotice: (@Sendable (Notice) -> Void)? = nil
  ) async throws -> Connection {
    let thread = try ConnectionThread(configuration: configuration, logger: logger, onNotice: onNotice)
    let connection = Connection(thread: thread, configuration: configuration, logger: logger)
    try await thread.perform(.connect, timeout: configuration.connectTimeout) { session, control in
      try session.connect(replication: false, control)
    }
    return connection
  }

  /// False after ``close()`` and as soon as it is noticed that the server is gone, also while nothing is asked of it.
  public var isOpen: Bool { thread.state.isOpen }

  /// Where the connection stands after the last statement.
  public var transactionStatus: TransactionStatus { TransactionStatus(libpq: thread.state.transactionStatus) }

  /// For example 150006 for 15.6.
  public var serverVersion: Int { thread.state.serverVersion }

  /// Process ID of the backend, as in `pg_stat_activity`.
  public var backendPID: Int { thread.state.backendPID }

  /// Runs one statement and gives its rows. All rows are held in memory: see ``cursor(_:fetching:)`` and ``copyOut(_:)`` for large ones.
  /// - Parameters:
  ///   - format: text by default, which any type can be read from as a `String`.
  ///   - timeout: the configuration's `queryTimeout` when nil.
  /// - Throws: ``PostgresError``, or `CancellationError` when the task was cancelled.
  public func query(_ query: Query, format: ValueFormat = .text, timeout: Duration? = nil) async throws -> Rows {
    let handle = try await thread.perform(.query, timeout: timeout ?? configuration.queryTimeout) { session, control in
      try session.run(query, format: format, control)
    }
    return Rows(handle: handle)
  }

  /// Runs one statement and gives the number of rows that it affected. Parameters and errors as in ``query(_:format:timeout:)``.
  @discardableResult
  public func execute(_ query: Query, timeout: Duration? = nil) async throws -> Int {
    try await self.query(query, timeout: timeout).affectedRows
  }

  /// Runs several statements without binds, as for a migration. They are one transaction unless they say otherwise.
  ///
  /// When one fails, a transaction that the script itself began is rolled back.
  /// - Parameter timeout: default 10 minutes.
  public func executeScript(_ sql: String, timeout: Duration = .seconds(600)) async throws {
    let wasIdle = transactionStatus == .idle
    do {
      try await thread.perform(.script, timeout: timeout) { session, control in
        _ = try session.runScript(sql, control)
      }
    } catch {
      if wasIdle, transactionStatus == .failed || transactionStatus == .open { try? await rollback() }
      throw error
    }
  }

  /// Asks the server for a sign of life.
  public func ping(timeout: Duration = .seconds(5)) async throws {
    _ = try await query("SELECT 1", timeout: timeout)
  }

  /// Cancels the statement that runs now, if one does; its caller gets SQLSTATE 57014. Harmless otherwise.
  public func cancel() {
    thread.cancelRunning()
  }

  /// Ends what is queued, then closes. A second call does nothing.
  public func close() async {
    do {
      try await thread.perform(.query, timeout: nil, isCancellable: false) { session, _ in session.close() }
    } catch {
      logger.trace("closed before", metadata: ["reason": "\(error)"])
    }
    thread.stop()
  }

  func rollback() async throws {
    try await thread.perform(.rollback, timeout: .seconds(15), isCancellable: false, atDeadline: .abandon) { session, control in
      _ = try session.runScript("ROLLBACK", control)
    }
  }
}
