/// A scalar to compare a document's field with.
public enum DocumentValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// A string.
  case string(String)
  /// An integer.
  case integer(Int64)
  /// Any other number, as JSON text would carry it.
  case number(Double)
  /// true or false.
  case bool(Bool)

  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// true or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}
