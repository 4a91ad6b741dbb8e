import Logging
import Postgres
import Runtime
import ServiceLifecycle

/// From the configuration's keys to connections.
enum Databases {
  /// How to reach the database of these keys.
  static func connection(_ configuration: Configuration, _ keys: DatabaseKeys, name: String) throws -> ConnectionConfiguration {
    let settings = try DatabaseSettings(configuration, keys)
    let password = settings.password.map { Secret($0.exposed) }
    var result: ConnectionConfiguration
    if let url = settings.url {
      result = try ConnectionConfiguration(url: url)
      result.password = result.password ?? password
    } else {
      result = ConnectionConfiguration(
        host: settings.host, port: settings.port, user: settings.user, password: password, database: settings.database)
      result.tls = TLSConfiguration(mode: mode(settings.tls), rootCertificate: settings.caFile)
    }
    result.applicationName = name
    result.connectTimeout = settings.connectTimeout
    result.queryTimeout = settings.statementTimeout
    return result
  }

  /// A pool of connections to the database of these keys; run it with ``PoolService``.
  static func pool(_ configuration: Configuration, _ keys: DatabaseKeys, name: String, atLeast minimum: Int = 1, logger: Logger) throws
    -> Pool
  {
    Pool(
      configuration: try connection(configuration, keys, name: name),
      pool: PoolConfiguration(
        maxConnections: max(configuration[keys.maxConnections], minimum), acquireTimeout: configuration[keys.acquireTimeout]),
      logger: logger)
  }

  private static func mode(_ tls: DatabaseTLS) -> TLSConfiguration.Mode {
    switch tls {
    case .disable: .disable
    case .prefer: .prefer
    case .require: .require
    case .verifyCA: .verifyCA
    case .verifyFull: .verifyFull
    }
  }
}

/// Keeps a pool healthy as long as the process runs, and closes it last.
struct PoolService: Service {
  let pool: Pool

  func run() async throws {
    await cancelWhenGracefulShutdown { await pool.run() }
    await pool.close()
  }
}
