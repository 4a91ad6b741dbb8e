/// A PostgreSQL server that Sluice starts itself on this machine: for `sluice up`, the demo and the tests.
public struct LocalPostgresConfiguration: Sendable {
  /// Who may log in.
  public enum Authentication: Sendable, Hashable {
    /// Everybody on this machine, without a password: for throw-away servers.
    case trust
    /// SCRAM with a generated password, kept in the file `password` (mode 0600) of the server's folder.
    case generatedPassword
  }

  /// Holds `data` (the cluster), `server.log`, and `password` where there is one. Made when it is missing.
  public var folder: String
  /// Nil: a free one, chosen anew at each start.
  public var port: Int?
  /// The cluster's owner, and the role to log in as. Default `postgres`.
  public var superuser: String
  /// Default: a generated password.
  public var authentication: Authentication
  /// Lines for `postgresql.conf`, for example `["wal_level": "logical"]`. They are written anew at each start.
  public var settings: [String: String]
  /// PostgreSQL refuses to run as root: the account to use then. Default `postgres`.
  public var account: String
  /// Folder with `initdb`, `pg_ctl` and `postgres`. Nil: looked for in PATH, then in `/usr/lib/postgresql/*/bin` (the newest).
  public var binaries: String?
  /// Default 60 s, for `initdb` and for the start each.
  public var startTimeout: Duration
  /// The server is stopped, and with `removesFolder` the folder removed, when this process ends in whatever way, SIGKILL included. Default false.
  public var endsWithProcess: Bool
  /// The folder goes when the server stops: for tests. Default false.
  public var removesFolder: Bool

  /// See the properties.
  public init(
    folder: String, port: Int? = nil, superuser: String = "postgres", authentication: Authentication = .generatedPassword,
    settings: [String: String] = LocalPostgresConfiguration.logicalReplication, account: String = "postgres", binaries: String? = nil,
    startTimeout: Duration = .seconds(60), endsWithProcess: Bool = false, removesFolder: Bool = false
  ) {
    self.folder = folder
    self.port = port
    self.superuser = superuser
    self.authentication = authentication
    self.settings = settings
    self.account = account
    self.binaries = binaries
    self.startTimeout = startTimeout
    self.endsWithProcess = endsWithProcess
    self.removesFolder = removesFolder
  }

  /// What capture needs: `wal_level=logical`, and room for twenty slots and senders.
  public static let logicalReplication = ["wal_level": "logical", "max_wal_senders": "20", "max_replication_slots": "20"]
}
