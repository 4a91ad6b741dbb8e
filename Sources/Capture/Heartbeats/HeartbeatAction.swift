internal import Logging
internal import Postgres

/// Runs `heartbeat.action.query` with every heartbeat, on a connection of its own, so that nothing else waits for it.
///
/// What goes wrong is warned of and tried again with the next heartbeat, as Debezium does.
struct HeartbeatAction: Sendable {
  let query: String
  let interval: Duration
  let database: ConnectionConfiguration
  let logger: Logger

  /// How long the query may take: no longer than until the next one, and never for ever.
  private var deadline: Duration { min(max(interval, .seconds(1)), .seconds(30)) }

  /// Runs until cancelled.
  func run() async {
    var configuration = database
    configuration.queryTimeout = deadline
    configuration.connectTimeout = min(configuration.connectTimeout, deadline)
    configuration.applicationName = "sluice heartbeat"
    var connection: Connection?
    var hasFailed = false
    while !Task.isCancelled {
      do { try await Task.sleep(for: interval) } catch { break }
      do {
        if connection?.isOpen != true { connection = try await Connection.connect(configuration, logger: logger) }
        try await connection?.executeScript(query)
        if hasFailed { logger.notice("the heartbeat's query works again") }
        hasFailed = false
      } catch is CancellationError {
        break
      } catch {
        let metadata: Logger.Metadata = ["reason": "\(error)"]
        // Said once, then again when it has worked in between.
        logger.log(level: hasFailed ? .debug : .warning, "the heartbeat's query failed", metadata: metadata)
        hasFailed = true
      }
    }
    await connection?.close()
  }
}
