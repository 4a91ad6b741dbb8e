internal import Logging
internal import Postgres

/// An ordinary connection to the source beside the stream: for the catalogue and the slot's state. Opened again when it was lost.
actor SourceConnection {
  private let configuration: ConnectorConfiguration
  private let logger: Logger
  private var connection: Connection?

  init(configuration: ConnectorConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// - Throws: `PostgresError`.
  func open() async throws -> Connection {
    if let connection, connection.isOpen { return connection }
    let made = try await Connection.connect(configuration.database, logger: logger)
    if let statements = configuration.initialStatements { try await made.executeScript(statements) }
    connection = made
    return made
  }

  func close() async {
    let open = connection
    connection = nil
    await open?.close()
  }
}
