/// Where one database is and how to log in: the keys of ``DatabaseKeys`` with the secret read from its file.
public struct DatabaseSettings: Sendable {
  /// In place of host, port, user and database when set.
  public var url: String?
  /// A name, an address or a socket's folder.
  public var host: String
  /// 1 to 65535.
  public var port: Int
  /// The role.
  public var user: String
  /// The role's password, from the environment or a file; also goes with a URL that has none.
  public var password: Redacted<String>?
  /// The database's name.
  public var database: String
  /// libpq's sslmode.
  public var tls: DatabaseTLS
  /// PEM file of authorities.
  public var caFile: String?
  /// The most connections of the pool.
  public var maxConnections: Int
  /// For one attempt to connect.
  public var connectTimeout: Duration
  /// For a connection of the pool.
  public var acquireTimeout: Duration
  /// For one statement.
  public var statementTimeout: Duration

  /// Reads the section's keys and the password's file.
  /// - Throws: ``ConfigurationError`` when the password's file cannot be read.
  public init(_ configuration: Configuration, _ keys: DatabaseKeys) throws(ConfigurationError) {
    url = configuration[keys.url]
    host = configuration[keys.host]
    port = configuration[keys.port]
    user = configuration[keys.user]
    password = try configuration.secret(keys.password, orFile: keys.passwordFile)
    database = configuration[keys.database]
    tls = configuration[keys.tls]
    caFile = configuration[keys.caFile]
    maxConnections = configuration[keys.maxConnections]
    connectTimeout = configuration[keys.connectTimeout]
    acquireTimeout = configuration[keys.acquireTimeout]
    statementTimeout = configuration[keys.statementTimeout]
  }
}
