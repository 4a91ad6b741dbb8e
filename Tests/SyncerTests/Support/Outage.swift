import Postgres

/// What a database that went away looks like.
enum Outage {
  static func make() -> any Error {
    PostgresError(
      origin: .server, operation: .query, sqlState: SQLState(rawValue: "57P01"), severity: "FATAL",
      message: "terminating connection due to administrator command")
  }
}
