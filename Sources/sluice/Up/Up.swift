import Foundation
import Logging
import Runtime

/// Starts PostgreSQL, a broker and the daemons in the order in which they need each other, and stops them in the reverse order.
struct Up: Sendable {
  private let configuration: Configuration
  private let folder: UpFolder
  private let logger = Logger(label: "sluice.up")
  private let flags: [String]

  /// - Parameter options: what this process was given, for the daemons.
  init(configuration: Configuration, passOn options: InstallationOptions) {
    self.configuration = configuration
    folder = UpFolder(path: configuration[Keys.Up.dataFolder])
    flags = (options.config.map { ["--config", $0] } ?? []) + options.overrides.flatMap { ["--set", $0] }
  }

  /// Runs until the task is cancelled or a daemon cannot be kept running.
  func run() async throws {
    if let other = RunningInstallation.read(folder.running), other.isAlive, other.processID != getpid() {
      throw SupervisorError("process \(other.processID) runs in \(folder.root.path) already; stop it with `sluice down`")
    }
    try folder.create()
    let postgres = try await startPostgres()
    let outcome = await Task { try await runDaemons(postgres) }.cancellable()
    // The server stops last, and also when the task that runs this was cancelled.
    try await Task { try await postgres?.stop() }.value
    if postgres != nil { say("postgres stopped") }
    try? FileManager.default.removeItem(at: folder.running)
    try outcome.get()
  }

  private func startPostgres() async throws -> LocalPostgres? {
    guard configuration[Keys.Up.postgres] == .local else { return nil }
    let port = configuration[Keys.Up.postgresPort]
    var settings = LocalPostgresConfiguration.logicalReplication
    settings["max_connections"] = "200"
    let server = try await LocalPostgres.start(
      LocalPostgresConfiguration(folder: folder.postgres.path, port: port == 0 ? nil : port, settings: settings), logger: logger)
    say("postgres ready on 127.0.0.1:\(server.port), data in \(server.folder)")
    return server
  }

  private func runDaemons(_ postgres: LocalPostgres?) async throws {
    let databases = try await UpDatabases.prepare(configuration, local: postgres, logger: logger)
    try? FileManager.default.removeItem(at: folder.brokerAddress)
    let daemons = try UpDaemons(configuration: configuration, folder: folder, databases: databases, flags: flags, report: say)
    let supervisor = Supervisor(components: daemons.components, logger: logger, report: say)
    try await supervisor.run {
      do {
        try daemons.installation().write(to: folder.running)
        daemons.announce()
      } catch {
        logger.error("not announced", metadata: ["error": "\(error)"])
      }
    }
  }

  private func say(_ line: String) { FileHandle.standardError.write(Data("sluice up: \(line)\n".utf8)) }
}

extension Task where Failure == any Error {
  /// The task's result; the task is cancelled when the caller is.
  fileprivate func cancellable() async -> Result<Success, any Error> {
    await withTaskCancellationHandler {
      await result
    } onCancel: {
      cancel()
    }
  }
}
