import BenchmarkSupport
import Foundation
import Logging
import Postgres
import Runtime
import Synchronization

/// The source: a PostgreSQL that is restarted on the same address, sometimes without a chance to shut down.
final class SourceServer: Sendable {
  private let settings: LocalPostgresConfiguration
  private let logger: Logger
  private let server: Mutex<LocalPostgres?>
  let configuration: ConnectionConfiguration

  private init(settings: LocalPostgresConfiguration, server: LocalPostgres, logger: Logger) {
    var settings = settings
    settings.port = server.port
    self.settings = settings
    self.server = Mutex(server)
    self.logger = logger
    configuration = ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
  }

  static func start(folder: URL, logger: Logger) async throws -> SourceServer {
    let settings = LocalPostgresConfiguration(
      folder: folder.appendingPathComponent("postgres").path, authentication: .trust,
      settings: LocalPostgresConfiguration.logicalReplication.merging([
        "max_connections": "100", "shared_buffers": "256MB", "max_wal_size": "4GB",
        // Transactions of some hundred changes are streamed while they are open.
        "logical_decoding_work_mem": "64kB",
      ]) { $1 }, endsWithProcess: true)
    return SourceServer(settings: settings, server: try await LocalPostgres.start(settings, logger: logger), logger: logger)
  }

  func restart(_ mode: LocalPostgres.StopMode) async throws {
    try await stop(mode)
    let started = try await LocalPostgres.start(settings, logger: logger)
    server.withLock { $0 = started }
  }

  func stop(_ mode: LocalPostgres.StopMode = .fast) async throws {
    let running = server.withLock { server in
      defer { server = nil }
      return server
    }
    try await running?.stop(mode)
  }

  func connect() async throws -> Connection { try await Connection.connect(configuration, logger: logger) }
}
