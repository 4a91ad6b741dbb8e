/// Reads a one-dimensional array in text form: `{1,NULL,"a \"b\""}`. An unquoted `NULL` is NULL, a quoted one is a text.
enum ArrayText {
  static func decode<Element: PostgresDecodable>(_ bytes: UnsafeRawBufferPointer, of cell: Cell, as: Element.Type) throws -> [Element] {
    let malformed = cell.failure([Element].self, "it is not a one-dimensional array that begins at index 1")
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "{"), bytes[bytes.count - 1] == UInt8(ascii: "}") else { throw malformed }
    var result: [Element] = []
    let elementType = ArrayBinary.elementType(of: cell.type)
    var index = 1
    let end = bytes.count - 1
    var scratch: [UInt8] = []
    while index < end {
      scratch.removeAll(keepingCapacity: true)
      var isNull = false
      if bytes[index] == UInt8(ascii: "\"") {
        index += 1
        while index < end, bytes[index] != UInt8(ascii: "\"") {
          if bytes[index] == UInt8(ascii: "\\") { index += 1 }
          scratch.append(bytes[index])
          index += 1
        }
        index += 1
      } else {
        // Only the type box separates by semicolons; it is not read here.
        while index < end, bytes[index] != UInt8(ascii: ",") {
          if bytes[index] == UInt8(ascii: "{") { throw malformed }
          if bytes[index] == UInt8(ascii: "\\") { index += 1 }
          scratch.append(bytes[index])
          index += 1
        }
        isNull = scratch.elementsEqual("NULL".utf8)
      }
      try scratch.withUnsafeBytes { element in
        let cell = Cell(bytes: isNull ? nil : element, format: .text, type: elementType, column: cell.column)
        result.append(try Element.decode(cell))
      }
      if index < end {
        guard bytes[index] == UInt8(ascii: ",") else { throw malformed }
        index += 1
      }
    }
    return result
  }
}
