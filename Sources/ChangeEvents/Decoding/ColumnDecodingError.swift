/// Why a field of an envelope cannot be turned into a column's value.
public struct ColumnDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// The type, or one below it, is not in the catalogue.
    case unknownType
    /// The type has no mapping.
    case unsupportedType
    /// The field does not have the shape that this type and these options give.
    case malformed
    /// The field is the placeholder of a value that the WAL did not carry; ask `isUnavailable` first.
    case unavailable
  }

  /// The kind.
  public var code: Code
  /// What was found and what was expected; never contains the value.
  public var reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Safe to show: names types, never values.
  public var description: String { reason }
}
