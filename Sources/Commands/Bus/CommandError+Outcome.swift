extension CommandError {
  /// The metric's label for this error.
  var outcomeLabel: String {
    switch self {
    case .unknownCommand: "unknown"
    case .invalid: "invalid"
    case .conflict: "conflict"
    case .rejected: "rejected"
    case .notFound: "notFound"
    case .idempotencyKeyReused: "idempotencyKeyReused"
    case .unavailable: "unavailable"
    }
  }
}
