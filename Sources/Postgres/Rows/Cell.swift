/// One value of a row, as it came from the server; only lives within the call that gets it.
public struct Cell {
  /// Nil is NULL; an empty text has no bytes. Not to be kept beyond the call.
  public let bytes: UnsafeRawBufferPointer?
  /// The form of the bytes.
  public let format: ValueFormat
  /// OID of the type.
  public let type: UInt32
  /// For messages.
  public let column: String

  init(bytes: UnsafeRawBufferPointer?, format: ValueFormat, type: UInt32, column: String) {
    self.bytes = bytes
    self.format = format
    self.type = type
    self.column = column
  }

  /// The bytes of a value that must not be NULL.
  public func required<Value>(as expected: Value.Type) throws -> UnsafeRawBufferPointer {
    guard let bytes else { throw failure(expected, "it is NULL; ask for \(expected)? to allow that") }
    return bytes
  }

  /// An error about this cell.
  public func failure<Value>(_ expected: Value.Type, _ reason: String) -> ColumnDecodingError {
    ColumnDecodingError(column: column, expected: "\(expected)", postgresType: type, reason: reason)
  }

  /// The bytes as UTF-8 text.
  func text<Value>(as expected: Value.Type) throws -> String {
    String(decoding: try required(as: expected), as: UTF8.self)
  }
}
