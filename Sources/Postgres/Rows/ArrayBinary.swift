/// Reads a one-dimensional array in binary form. Source: `array_send` in PostgreSQL's `arrayfuncs.c`.
enum ArrayBinary {
  static func decode<Element: PostgresDecodable>(_ bytes: UnsafeRawBufferPointer, of cell: Cell, as: Element.Type) throws -> [Element] {
    let malformed = cell.failure([Element].self, "it is not a one-dimensional array")
    guard bytes.count >= 12 else { throw malformed }
    let dimensions = BigEndian.read(bytes, at: 0, as: UInt32.self)
    let elementType = BigEndian.read(bytes, at: 8, as: UInt32.self)
    if dimensions == 0 { return [] }
    guard dimensions == 1, bytes.count >= 20 else { throw malformed }
    let count = Int(BigEndian.read(bytes, at: 12, as: UInt32.self))
    var result: [Element] = []
    var offset = 20
    for _ in 0..<count {
      guard bytes.count - offset >= 4 else { throw malformed }
      let length = Int(Int32(bitPattern: BigEndian.read(bytes, at: offset, as: UInt32.self)))
      offset += 4
      var element: UnsafeRawBufferPointer?
      if length >= 0 {
        guard bytes.count - offset >= length else { throw malformed }
        element = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
        offset += length
      }
      result.append(try Element.decode(Cell(bytes: element, format: .binary, type: elementType, column: cell.column)))
    }
    return result
  }

  /// The element's type where it changes how a text is read; 0 otherwise.
  static func elementType(of arrayType: UInt32) -> UInt32 {
    switch arrayType {
    case TypeOID.byteaArray: TypeOID.bytea
    case TypeOID.timestamptzArray: TypeOID.timestamptz
    default: 0
    }
  }
}
