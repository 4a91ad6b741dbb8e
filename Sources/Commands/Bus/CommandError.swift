/// Why a command was not carried out. Every case is safe to show to the caller: none carries SQL, row values or addresses.
public enum CommandError: Error, Hashable, Sendable {
  /// No command of this name is registered.
  case unknownCommand(String)
  /// The body, the idempotency key or the expected version is malformed; `field` names the JSON field where one is at fault.
  case invalid(field: String?, reason: String)
  /// The aggregate has another version than the caller expected, or somebody else wrote it at the same moment.
  case conflict(aggregateID: String, expected: Int64, actual: Int64)
  /// A rule of the domain forbids it; the text says which.
  case rejected(rule: String)
  /// The aggregate, or something that the command refers to, does not exist.
  case notFound
  /// The idempotency key was used before with another command or body.
  case idempotencyKeyReused
  /// The database cannot be reached, is overloaded, or the outcome is unknown: the caller may repeat it with the same key.
  case unavailable
}

extension CommandError: CustomStringConvertible {
  /// One sentence for the caller.
  public var description: String {
    switch self {
    case .unknownCommand(let name): "there is no command \"\(name)\""
    case .invalid(let field?, let reason): "field \"\(field)\": \(reason)"
    case .invalid(nil, let reason): reason
    case .conflict(let id, let expected, let actual): "aggregate \(id) has version \(actual), expected was \(expected)"
    case .rejected(let rule): rule
    case .notFound: "what the command refers to does not exist"
    case .idempotencyKeyReused: "the idempotency key was used before with another command or body"
    case .unavailable: "the command could not be carried out now; repeat it with the same idempotency key"
    }
  }
}
