/// A column of a result.
public struct Column: Sendable, Hashable {
  /// As the server writes it; several columns can have the same.
  public var name: String
  /// OID of the type.
  public var type: UInt32
  /// The type's modifier (precision, length), or -1.
  public var typeModifier: Int32
  /// OID of the table that the column comes from, or 0.
  public var table: UInt32
}
