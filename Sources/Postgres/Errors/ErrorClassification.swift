/// What a caller can do about an error.
public enum ErrorClassification: String, Sendable, Hashable {
  /// The same work can succeed when done again on the same connection: deadlock, serialization failure, lock timeout, no memory or disk for now.
  case retriable
  /// Doing it again gives the same error: a constraint, bad data, a missing table, no permission.
  case permanent
  /// The connection is gone (or was never there). The work can succeed on a new one; whether it was done is only known from a stored position.
  case connection

  /// The decision, by SQLSTATE. `isFatal`: the server ended the session with this error.
  static func of(_ state: SQLState?, isFatal: Bool) -> ErrorClassification {
    guard let state else { return .connection }
    switch state.rawValue {
    case "40003", "25P03", "57P01", "57P02", "57P03", "57P04", "57P05": return .connection
    // A standby that was a primary a moment ago: the next connection finds the new primary.
    case "25006": return .connection
    case "40001", "40P01", "40002", "55P03", "55006", "57014", "58030", "72000": return .retriable
    default: break
    }
    switch state.classCode {
    case "08": return .connection
    case "53": return .retriable
    // A role, password or database that is wrong is wrong again on the next connection.
    case "28", "3D", "42": return .permanent
    default: return isFatal ? .connection : .permanent
    }
  }
}
