/// Why something could not be done with dead letters.
public struct DeadLetterToolError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Hashable, Sendable {
    /// There is no such topic, or no such letter.
    case notFound
    /// The letter is in a state in which that cannot be done.
    case conflict
    /// What was given cannot be used.
    case invalid
    /// Records were not acknowledged; what was, is written down.
    case undelivered
    /// Something that is needed is not there.
    case unavailable
  }

  /// The kind.
  public let code: Code
  /// What was expected, what was found, and what to do; safe to show anybody.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
