/// A password or key that never prints itself: not in a log line, not in `print`, not in `dump`, not in an interpolation.
///
/// The text is only had by calling ``reveal()``, a name that is easy to find in a review.
public struct Secret: Sendable, Hashable {
  private let text: String

  /// Wraps the text; nothing is trimmed.
  public init(_ text: String) {
    self.text = text
  }

  /// The text itself. Pass it on to the library that needs it and nowhere else.
  public func reveal() -> String {
    text
  }
}

extension Secret: ExpressibleByStringLiteral {
  /// For tests and examples.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always the same mark, whatever the text is (its length is not told either).
  public var description: String { "<secret>" }
  /// As `description`.
  public var debugDescription: String { description }
  /// Shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
