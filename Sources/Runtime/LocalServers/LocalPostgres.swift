internal import Foundation
public import Logging

/// A PostgreSQL server on 127.0.0.1 that this process has started; it goes on running until ``stop(_:timeout:)``.
///
/// A server that an earlier run left behind in the same folder (after SIGKILL) is stopped and started again with the settings of now.
public final class LocalPostgres: Sendable {
  /// How the server ends.
  public enum StopMode: String, Sendable, Hashable {
    /// Waits for all clients to leave.
    case smart
    /// Cuts the clients off and writes a checkpoint.
    case fast
    /// As after a power cut: the next start recovers.
    case immediate
  }

  /// The server's folder: the configured one, or (as root, when the account cannot reach that) one below `/var/lib/sluice`.
  public let folder: String
  /// On 127.0.0.1.
  public let port: Int
  /// The role to log in as.
  public let superuser: String
  /// Nil with trust.
  public let password: String?
  /// The server's log.
  public var logFile: String { folder + "/server.log" }
  /// For libpq, without the password: `postgres://postgres@127.0.0.1:5432/postgres`.
  public var url: String { "postgres://\(superuser)@127.0.0.1:\(port)/postgres" }

  private let installation: LocalPostgresInstallation
  private let removesFolder: Bool
  private let lock: FolderLock
  private let watcher: ProcessWatcher?

  private init(
    installation: LocalPostgresInstallation, port: Int, password: String?, lock: FolderLock, configuration: LocalPostgresConfiguration,
    watcher: ProcessWatcher?
  ) {
    self.installation = installation
    self.port = port
    self.password = password
    self.lock = lock
    self.watcher = watcher
    folder = installation.folder
    superuser = configuration.superuser
    removesFolder = configuration.removesFolder
  }

  /// Makes the cluster where there is none, starts the server and waits until it takes connections.
  /// - Throws: ``LocalPostgresError``.
  public static func start(_ configuration: LocalPostgresConfiguration, logger: Logger) async throws -> LocalPostgres {
    let installation = try LocalPostgresInstallation(configuration, logger: logger)
    let lock = try FolderLock(path: installation.folder + "/lock")
    // Before anything is made: a kill in the middle of initdb leaves nothing behind either.
    let watcher = configuration.endsWithProcess ? try installation.watcher() : nil
    let password = try await installation.prepareCluster()
    try await installation.stopLeftover()
    // With a free port somebody else can be faster: then another one is tried.
    var attempts = configuration.port == nil ? 5 : 1
    while true {
      attempts -= 1
      let port = try configuration.port ?? LoopbackPort.free()
      if configuration.port != nil, !LoopbackPort.isFree(port) {
        throw LocalPostgresError("port \(port) of 127.0.0.1 is in use by another program; stop it or choose another port")
      }
      try installation.writeSettings(port: port)
      do {
        try await installation.start()
      } catch let error as LocalPostgresError where attempts > 0 && error.reason.contains("Address already in use") {
        continue
      }
      logger.info("PostgreSQL is up", metadata: ["port": "\(port)", "folder": "\(installation.folder)"])
      return LocalPostgres(
        installation: installation, port: port, password: password, lock: lock, configuration: configuration, watcher: watcher)
    }
  }

  /// Stops the server and waits until it is gone; nothing happens when it is gone already.
  /// - Parameter timeout: default 30 s; a `fast` stop that takes longer becomes an `immediate` one.
  public func stop(_ mode: StopMode = .fast, timeout: Duration = .seconds(30)) async throws {
    try await installation.stop(mode, timeout: timeout)
    await watcher?.fire()
    if removesFolder { try? FileManager.default.removeItem(atPath: folder) }
  }
}
