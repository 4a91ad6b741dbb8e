/// A dead letter that was not acknowledged.
public struct DeadLetterFailure: Error, Sendable, CustomStringConvertible {
  /// The index of the letter.
  public let index: Int
  /// Why, for logs and status; safe to show anybody.
  public let reason: String

  /// The letter at `index` was not acknowledged.
  public init(index: Int, reason: String) {
    self.index = index
    self.reason = reason
  }

  /// Why the letter was not acknowledged.
  public var description: String { "the dead letter could not be written: \(reason)" }
}
