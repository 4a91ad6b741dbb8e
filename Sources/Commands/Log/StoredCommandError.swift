/// A ``CommandError`` as columns of the command log.
struct StoredCommandError: Sendable, Hashable {
  var code: String?
  var reason: String?
  var field: String?
  var expected: Int64?
  var actual: Int64?

  init(code: String? = nil, reason: String? = nil, field: String? = nil, expected: Int64? = nil, actual: Int64? = nil) {
    self.code = code
    self.reason = reason
    self.field = field
    self.expected = expected
    self.actual = actual
  }

  init(_ error: CommandError) {
    // The text that the caller saw. An `invalid` or `rejected` error is made again from its parts.
    switch error {
    case .rejected(let rule): self.init(code: "rejected", reason: rule)
    case .invalid(let field, let reason): self.init(code: "invalid", reason: reason, field: field)
    case .conflict(_, let expected, let actual):
      self.init(code: "conflict", reason: error.description, expected: expected, actual: actual)
    case .notFound: self.init(code: "notFound", reason: error.description)
    case .unknownCommand, .idempotencyKeyReused, .unavailable: self.init(code: "unavailable", reason: error.description)
    }
  }

  /// The error that the caller got.
  func error(aggregateID: String) -> CommandError {
    switch code {
    case "rejected": .rejected(rule: reason ?? "")
    case "invalid": .invalid(field: field, reason: reason ?? "")
    case "conflict": .conflict(aggregateID: aggregateID, expected: expected ?? 0, actual: actual ?? 0)
    case "notFound": .notFound
    default: .unavailable
    }
  }
}
