/// Why a pool gave no connection. (When a connection could not be made, the caller gets that ``PostgresError``.)
public enum PoolError: Error, Sendable, Hashable, CustomStringConvertible {
  /// All connections were in use for the whole `acquireTimeout`.
  case timedOut(after: Duration, maxConnections: Int)
  /// As many callers wait already as the pool allows.
  case tooManyWaiting(Int)
  /// ``Pool/close()`` was called.
  case closed

  /// One line, safe for anybody.
  public var description: String {
    switch self {
    case .timedOut(let duration, let maximum):
      "no database connection became free within \(duration): all \(maximum) are in use; raise maxConnections or hold them shorter"
    case .tooManyWaiting(let count): "\(count) callers wait for a database connection already"
    case .closed: "the pool of database connections is closed"
    }
  }
}
