import Foundation
import Postgres
import Runtime
import Synchronization
import TestSupport

/// A server of a test's own, which can be killed and started again.
final class RestartableServer: Sendable {
  let database: ConnectionConfiguration
  private let folder: String
  /// Its folder is locked while this holds it.
  private let running: Mutex<LocalPostgres?>

  init() async throws {
    folder = "/tmp/\(uniqueName("sluice_restarted"))"
    let server = try await Self.start(folder, port: nil)
    database = ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
    running = Mutex(server)
  }

  private static func start(_ folder: String, port: Int?) async throws -> LocalPostgres {
    try await LocalPostgres.start(
      LocalPostgresConfiguration(
        folder: folder, port: port, authentication: .trust,
        settings: LocalPostgresConfiguration.logicalReplication.merging(["fsync": "off"]) { $1 }, binaries: TestPostgres.binaries,
        endsWithProcess: true,
        removesFolder: false), logger: testLogger())
  }

  func kill() async throws {
    let server = running.withLock { server in
      defer { server = nil }
      return server
    }
    try await server?.stop(.immediate)
  }

  func start() async throws {
    let server = try await Self.start(folder, port: database.port)
    running.withLock { $0 = server }
  }

  /// Ends it and removes its files.
  func remove() async throws {
    try await kill()
    try FileManager.default.removeItem(atPath: folder)
  }
}
