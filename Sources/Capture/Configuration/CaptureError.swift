/// What stopped a capture, in one line that is safe to print: it never carries a secret or a row's values.
public struct CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Who has to act.
  public enum Category: String, Hashable, Sendable {
    /// The connector file, or what it names in the database, has to be changed: starting again does not help.
    case configuration
    /// Something failed that may work on the next start.
    case failed
  }

  /// Who has to act.
  public var category: Category
  /// One sentence: what was found, what was expected, what to do.
  public var reason: String
  /// The error beneath, for logs.
  public var cause: String?

  /// Makes an error.
  public init(_ category: Category, _ reason: String, cause: String? = nil) {
    self.category = category
    self.reason = reason
    self.cause = cause
  }

  /// The process's exit status: 78 (`EX_CONFIG`) for a configuration, 1 for a failure.
  public var exitCode: Int32 { category == .configuration ? 78 : 1 }

  /// The reason, with its cause; safe to show.
  public var description: String {
    guard let cause, !cause.isEmpty else { return reason }
    return "\(reason) (\(cause))"
  }

  static func configuration(_ reason: String, cause: String? = nil) -> CaptureError { CaptureError(.configuration, reason, cause: cause) }
  static func failed(_ reason: String, cause: String? = nil) -> CaptureError { CaptureError(.failed, reason, cause: cause) }
}
