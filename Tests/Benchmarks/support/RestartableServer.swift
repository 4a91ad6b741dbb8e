import Foundation
public import Logging
public import Postgres
public import Runtime
import Synchronization

/// A PostgreSQL that is restarted on the same address, sometimes without a chance to shut down.
public final class RestartableServer: Sendable {
  private let settings: LocalPostgresConfiguration
  private let logger: Logger
  private let server: Mutex<LocalPostgres?>
  /// How to connect to its database `postgres`.
  public let configuration: ConnectionConfiguration

  private init(settings: LocalPostgresConfiguration, server: LocalPostgres, logger: Logger) {
    var settings = settings
    settings.port = server.port
    self.settings = settings
    self.server = Mutex(server)
    self.logger = logger
    configuration = ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
  }

  /// Starts one with its data in `folder`.
  ///
  /// - Parameter settings: lines for `postgresql.conf` beside those of a source of logical replication.
  public static func start(
    folder: URL, port: Int? = nil, settings: [String: String] = [:], logger: Logger
  ) async throws -> RestartableServer {
    let settings = LocalPostgresConfiguration(
      folder: folder.path, port: port, authentication: .trust,
      settings: LocalPostgresConfiguration.logicalReplication.merging(settings) { $1 }, endsWithProcess: true)
    return RestartableServer(settings: settings, server: try await LocalPostgres.start(settings, logger: logger), logger: logger)
  }

  /// Stops it and starts it again.
  public func restart(_ mode: LocalPostgres.StopMode) async throws {
    try await stop(mode)
    try await start()
  }

  /// SIGKILL of the postmaster, then, after `rest`, a start.
  public func killAndRestart(after rest: Duration = .zero) async throws {
    if let process = processID { Foundation.kill(process, SIGKILL) }
    try await pause(rest)
    try await restart(.immediate)
  }

  /// Starts it again where it does not answer.
  ///
  /// - Returns: whether that was so.
  public func revive() async throws -> Bool {
    if let connection = try? await connect() {
      await connection.close()
      return false
    }
    try await restart(.immediate)
    return true
  }

  /// Stops it.
  public func stop(_ mode: LocalPostgres.StopMode = .fast) async throws {
    let running = server.withLock { server in
      defer { server = nil }
      return server
    }
    try await running?.stop(mode)
  }

  /// A connection to its database `postgres`, or to another one of its databases; the caller closes it.
  public func connect(_ database: String? = nil) async throws -> Connection {
    try await Connection.connect(self.database(database ?? "postgres"), logger: logger)
  }

  /// How to connect to one of its databases.
  public func database(_ name: String) -> ConnectionConfiguration {
    var result = configuration
    result.database = name
    result.applicationName = "benchmark"
    return result
  }

  /// The postmaster's process; its first line is that.
  private var processID: Int32? {
    guard let text = try? String(contentsOfFile: settings.folder + "/data/postmaster.pid", encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first.flatMap { Int32($0) }
  }

  private func start() async throws {
    let started = try await LocalPostgres.start(settings, logger: logger)
    server.withLock { $0 = started }
  }
}
