import Commands
import Logging
import Postgres
import Runtime

/// The write and the read database of `sluice up`: made and migrated.
struct UpDatabases: Sendable {
  let write: ConnectionConfiguration
  let read: ConnectionConfiguration
  /// The superuser of the local server; nil with an external one, where databases and roles are the operator's.
  private let superuser: ConnectionConfiguration?

  /// With a local server: makes roles and databases; with an external one they must exist. Then migrates the write database.
  static func prepare(_ configuration: Configuration, local: LocalPostgres?, logger: Logger) async throws -> UpDatabases {
    var write = try Databases.connection(configuration, Keys.Write.database, name: "sluice-up")
    var read = try Databases.connection(configuration, Keys.Read.database, name: "sluice-up")
    var superuser: ConnectionConfiguration?
    if let local {
      let password = local.password.map { Secret($0) }
      superuser = ConnectionConfiguration(
        host: "127.0.0.1", port: local.port, user: local.superuser, password: password, database: "postgres")
      (write.host, write.port, write.password) = ("127.0.0.1", local.port, password)
      (read.host, read.port, read.password) = ("127.0.0.1", local.port, password)
    }
    let databases = UpDatabases(write: write, read: read, superuser: superuser)
    try await databases.create(logger)
    try await withConnection(write, logger) { try await Migrations.migrate($0, logger: logger) }
    return databases
  }

  private func create(_ logger: Logger) async throws {
    guard let superuser else { return }
    try await Self.withConnection(superuser, logger) { connection in
      let server = ServerAdministration(connection)
      for database in [write, read] {
        try await server.ensureRole(database.user, password: database.password)
        try await server.ensureDatabase(database.database, owner: database.user)
      }
    }
  }

  private static func withConnection<Value: Sendable>(
    _ configuration: ConnectionConfiguration, _ logger: Logger, _ body: (Connection) async throws -> Value
  ) async throws -> Value {
    let connection = try await Connection.connect(configuration, logger: logger)
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }
}
