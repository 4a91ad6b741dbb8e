/// A column's value is not what the caller asked for. It never holds the value itself.
public struct ColumnDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Name of the column, or its position where it has no name.
  public var column: String
  /// The Swift type asked for.
  public var expected: String
  /// OID of the column's PostgreSQL type; 0 when the column does not exist.
  public var postgresType: UInt32
  /// What is wrong.
  public var reason: String

  /// See the properties.
  public init(column: String, expected: String, postgresType: UInt32, reason: String) {
    self.column = column
    self.expected = expected
    self.postgresType = postgresType
    self.reason = reason
  }

  /// Column, type and reason; never the value.
  public var description: String {
    "column \"\(column)\" (type OID \(postgresType)) cannot be read as \(expected): \(reason)"
  }
}
