/// Where a database is and how to talk to it.
///
/// Sessions are made the same everywhere, so that text from the server always has one form: `client_encoding=UTF8`,
/// `DateStyle=ISO`, `IntervalStyle=postgres`, `bytea_output=hex`, `extra_float_digits=3`, `TimeZone=UTC`. ``options`` can say otherwise.
public struct ConnectionConfiguration: Sendable, Hashable {
  /// Host name or address; a path that begins with "/" is the folder of a Unix socket. Default `localhost`.
  public var host: String
  /// Default 5432.
  public var port: Int
  /// The role to log in as.
  public var user: String
  /// Nil where the server asks for none (or libpq finds one in `~/.pgpass`).
  public var password: Secret?
  /// The database. Default: the user's name.
  public var database: String
  /// Default: encrypt when the server can.
  public var tls: TLSConfiguration
  /// What `pg_stat_activity` shows. Default `sluice`.
  public var applicationName: String
  /// For name, TCP, TLS and login together. Default 10 s.
  public var connectTimeout: Duration
  /// For a query that names no timeout of its own: it is cancelled on the server when it takes longer. Default 60 s; nil means no limit.
  public var queryTimeout: Duration?
  /// How long a cancelled query may take to end before the connection is given up. Default 5 s.
  public var cancelTimeout: Duration
  /// Server settings of the session, for example `["search_path": "shop"]`.
  public var options: [String: String]
  /// Any other libpq keyword (`channel_binding`, `target_session_attrs`, `tcp_user_timeout`…).
  public var parameters: [String: String]

  /// See the properties for the defaults.
  public init(
    host: String = "localhost", port: Int = 5432, user: String, password: Secret? = nil, database: String? = nil,
    tls: TLSConfiguration = TLSConfiguration(), applicationName: String = "sluice", connectTimeout: Duration = .seconds(10),
    queryTimeout: Duration? = .seconds(60), options: [String: String] = [:], parameters: [String: String] = [:]
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.database = database ?? user
    self.tls = tls
    self.applicationName = applicationName
    self.connectTimeout = connectTimeout
    self.queryTimeout = queryTimeout
    self.cancelTimeout = .seconds(5)
    self.options = options
    self.parameters = parameters
  }

  /// libpq's keywords and values; later ones win, as `PQconnectStartParams` reads them.
  func libpqParameters(replication: Bool) -> [(String, String)] {
    var result: [(String, String)] = [
      ("host", host), ("port", String(port)), ("user", user), ("dbname", database), ("application_name", applicationName),
      ("client_encoding", "UTF8"), ("connect_timeout", String(max(2, connectTimeout.components.seconds))),
      // A peer that vanished without a word is noticed within a minute, also while nothing is sent.
      ("keepalives", "1"), ("keepalives_idle", "20"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "60000"),
      ("options", optionsParameter),
    ]
    if let password { result.append(("password", password.reveal())) }
    result.append(contentsOf: tls.parameters)
    result.append(contentsOf: parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    if replication { result.append(("replication", "database")) }
    return result
  }

  /// The session's settings as command line options of the backend; spaces and backslashes are escaped with a backslash.
  private var optionsParameter: String {
    var settings = [
      "DateStyle": "ISO", "IntervalStyle": "postgres", "bytea_output": "hex", "extra_float_digits": "3", "TimeZone": "UTC",
    ]
    for (name, value) in options {
      for known in settings.keys where known.lowercased() == name.lowercased() { settings[known] = nil }
      settings[name] = value
    }
    return settings.sorted { $0.key < $1.key }.map { "-c \($0.key)=\(Self.escapeOption($0.value))" }.joined(separator: " ")
  }

  private static func escapeOption(_ value: String) -> String {
    var result = ""
    for character in value {
      if character == " " || character == "\\" || character == "\t" || character == "\n" { result.append("\\") }
      result.append(character)
    }
    return result
  }
}

extension ConnectionConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
  /// `postgres://user@host:port/database`, without any secret.
  public var description: String {
    "postgres://\(user)@\(host.hasPrefix("/") ? "[\(host)]" : host):\(port)/\(database)"
  }

  /// As `description` with the mode of encryption.
  public var debugDescription: String {
    "\(description)?sslmode=\(tls.mode.rawValue)&application_name=\(applicationName)"
  }
}
