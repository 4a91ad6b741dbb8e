/// Tells refused logins from unreachable servers. libpq hands out no SQLSTATE for a failed connection, only a message, so its English text is read.
enum ConnectFailure {
  static func sqlState(of message: String, needsPassword: Bool) -> SQLState? {
    if needsPassword { return .invalidPassword }
    for (piece, state) in pieces where message.contains(piece) { return state }
    return nil
  }

  /// Pieces of the server's messages, in the order in which they are looked for. Source: `postinit.c`, `auth.c` and `postmaster.c` of PostgreSQL.
  private static let pieces: [(String, SQLState)] = [
    ("password authentication failed", .invalidPassword),
    ("no password supplied", .invalidPassword),
    ("no pg_hba.conf entry", SQLState(rawValue: "28000")),
    ("pg_hba.conf rejects", SQLState(rawValue: "28000")),
    ("is not permitted to log in", SQLState(rawValue: "28000")),
    ("role \"", SQLState(rawValue: "28000")),
    ("must be superuser or replication role to start walsender", .insufficientPrivilege),
    ("permission denied to start WAL sender", .insufficientPrivilege),
    ("permission denied for database", .insufficientPrivilege),
    ("FATAL:  database \"", .unknownDatabase),
    ("too many clients already", .tooManyConnections),
    ("remaining connection slots are reserved", .tooManyConnections),
    ("too many connections for", .tooManyConnections),
    ("number of requested standby connections exceeds", .tooManyConnections),
    ("the database system is", .cannotConnectNow),
    ("does not match host name", SQLState(rawValue: "28000")),
    ("root certificate file", SQLState(rawValue: "28000")),
    ("certificate file", SQLState(rawValue: "28000")),
    ("certificate verify failed", SQLState(rawValue: "28000")),
    ("server does not support SSL", SQLState(rawValue: "28000")),
  ]
}
