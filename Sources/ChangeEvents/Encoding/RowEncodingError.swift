/// A value that could not be written, and where it stands.
public struct RowEncodingError: Error, Sendable, CustomStringConvertible {
  /// The field's name.
  public var field: String
  /// Why.
  public var cause: ColumnEncodingError

  /// Safe to show: names the field and its type, never its value.
  public var description: String { "field '\(field)': \(cause)" }
}
