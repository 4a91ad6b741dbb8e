/// A Swift type that a column can be read as.
public protocol PostgresDecodable: Sendable {
  /// Reads one value, in either form.
  /// - Throws: ``ColumnDecodingError`` when it is NULL or something else.
  static func decode(_ cell: Cell) throws -> Self
  /// Reads an array of these.
  static func decodeArray(_ cell: Cell) throws -> [Self]
}

extension PostgresDecodable {
  /// One-dimensional arrays of either form.
  public static func decodeArray(_ cell: Cell) throws -> [Self] {
    let bytes = try cell.required(as: [Self].self)
    switch cell.format {
    case .text: return try ArrayText.decode(bytes, of: cell, as: Self.self)
    case .binary: return try ArrayBinary.decode(bytes, of: cell, as: Self.self)
    }
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// NULL is nil.
  public static func decode(_ cell: Cell) throws -> Wrapped? {
    cell.bytes == nil ? nil : try Wrapped.decode(cell)
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// What the element says about its arrays.
  public static func decode(_ cell: Cell) throws -> [Element] {
    try Element.decodeArray(cell)
  }
}
