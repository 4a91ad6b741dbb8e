/// Where and why some text is not JSON.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The byte at fault, from 0.
  public var offset: Int
  /// What is wrong there.
  public var reason: String

  /// Creates an error.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// One sentence.
  public var description: String { "not valid JSON at byte \(offset): \(reason)" }
}
