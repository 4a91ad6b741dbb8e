/// Handlers or upcasters that were registered contradict each other.
public struct EventRegistrationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was expected, what was found, and what to do.
  public let reason: String

  /// The reason.
  public var description: String { reason }
}
