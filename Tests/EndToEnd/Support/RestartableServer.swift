import Foundation
import Postgres
import Runtime
import TestSupport

/// A PostgreSQL server of one test's own, which goes away and comes back on the same port.
actor RestartableServer {
  private var configuration: LocalPostgresConfiguration
  private var server: LocalPostgres?
  /// Its own database, as superuser.
  nonisolated let database: ConnectionConfiguration

  static func start() async throws -> RestartableServer {
    let configuration = LocalPostgresConfiguration(
      folder: "/tmp/\(uniqueName("sluice_test_restart"))", authentication: .trust,
      settings: LocalPostgresConfiguration.logicalReplication.merging(["fsync": "off", "shared_buffers": "32MB"]) { $1 },
      binaries: TestPostgres.binaries, endsWithProcess: true)
    return RestartableServer(try await LocalPostgres.start(configuration, logger: testLogger("postgres")), configuration)
  }

  private init(_ server: LocalPostgres, _ configuration: LocalPostgresConfiguration) {
    self.server = server
    self.configuration = configuration
    self.configuration.port = server.port
    database = ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
  }

  /// Cuts everybody off.
  func goAway() async throws {
    try await server?.stop(.fast)
    server = nil
  }

  func comeBack() async throws {
    server = try await LocalPostgres.start(configuration, logger: testLogger("postgres"))
  }

  func remove() async {
    _ = try? await server?.stop(.immediate)
    server = nil
    try? FileManager.default.removeItem(atPath: configuration.folder)
  }
}
