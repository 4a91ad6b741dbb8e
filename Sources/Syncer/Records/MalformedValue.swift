/// Why a record's value could not be read. Safe to show anybody: it names what was expected and never quotes the value.
public struct MalformedValue: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence for operators.
  public let reason: String

  /// A value that could not be read, because of `reason`.
  public init(reason: String) {
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}
