/// Why a local PostgreSQL could not be started or stopped, in one line that says what to do.
public struct LocalPostgresError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, and what to do.
  public var reason: String

  /// The sentence is shown as it is.
  public init(_ reason: String) {
    self.reason = reason
  }

  /// One line, with "PostgreSQL:" before it.
  public var description: String { "PostgreSQL: \(reason)" }
}
