/// The keys of one database, `write.database.*` or `read.database.*`.
public struct DatabaseKeys: Sendable {
  /// `url`.
  public let url: ConfigurationKey<String?>
  /// `host`.
  public let host: ConfigurationKey<String>
  /// `port`.
  public let port: ConfigurationKey<Int>
  /// `user`.
  public let user: ConfigurationKey<String>
  /// `password`.
  public let password: ConfigurationKey<String?>
  /// `password_file`.
  public let passwordFile: ConfigurationKey<String?>
  /// `database`.
  public let database: ConfigurationKey<String>
  /// `tls`.
  public let tls: ConfigurationKey<DatabaseTLS>
  /// `ca_file`.
  public let caFile: ConfigurationKey<String?>
  /// `max_connections`.
  public let maxConnections: ConfigurationKey<Int>
  /// `connect_timeout`.
  public let connectTimeout: ConfigurationKey<Duration>
  /// `acquire_timeout`.
  public let acquireTimeout: ConfigurationKey<Duration>
  /// `statement_timeout`.
  public let statementTimeout: ConfigurationKey<Duration>

  /// The keys below `section`, for the database that messages and the reference call `label`.
  init(section: String, label: String, database name: String) {
    url = ConfigurationKey(
      "\(section).url",
      optional: .text("a URL postgres://user@host:port/database") { $0.hasPrefix("postgres://") || $0.hasPrefix("postgresql://") },
      """
      Where \(label) is, as postgres://user@host:port/database?sslmode=require, in place of the keys host, port, user and database. A URL with \
      a password in it is taken from the environment only.
      """)
    host = ConfigurationKey(
      "\(section).host", .text, default: "127.0.0.1", "The server of \(label): a name, an address or the folder of its socket.")
    port = ConfigurationKey("\(section).port", .integer(1...65535), default: 5432, "The server's port.")
    user = ConfigurationKey("\(section).user", .text, default: "sluice", "The role to log in as.")
    password = ConfigurationKey("\(section).password", optional: .secret, "The role's password; from the environment only.")
    passwordFile = ConfigurationKey(
      "\(section).password_file", optional: .path, "A file with the role's password; a final line break is ignored.")
    database = ConfigurationKey("\(section).database", .text, default: name, "The database's name.")
    tls = ConfigurationKey("\(section).tls", .choice, default: .prefer, "How the connection is secured, as libpq's sslmode.")
    caFile = ConfigurationKey(
      "\(section).ca_file", optional: .path,
      "Certificates of the authorities that the server is checked against, PEM; for verify-ca and verify-full.")
    maxConnections = ConfigurationKey(
      "\(section).max_connections", .integer(1...1000), default: 10, "The most connections one daemon opens.")
    connectTimeout = ConfigurationKey(
      "\(section).connect_timeout", .duration(.milliseconds(100)...(.seconds(300))), default: .seconds(5),
      "How long one attempt to connect may take.")
    acquireTimeout = ConfigurationKey(
      "\(section).acquire_timeout", .duration(.milliseconds(10)...(.seconds(300))), default: .seconds(5),
      "How long work waits for a connection of the pool before it fails as unavailable.")
    statementTimeout = ConfigurationKey(
      "\(section).statement_timeout", .duration(.milliseconds(10)...(.seconds(86_400))), default: .seconds(60),
      "How long one statement may run.")
  }

  var all: [any ConfigurationDeclaration] {
    [
      url, host, port, user, password, passwordFile, database, tls, caFile, maxConnections, connectTimeout, acquireTimeout,
      statementTimeout,
    ]
  }
}
