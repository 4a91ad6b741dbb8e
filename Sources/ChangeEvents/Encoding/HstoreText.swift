/// Reads hstore's text: `"a"=>"1", "b"=>NULL`.
enum HstoreText {
  /// Its pairs in the order of the text; nil if it is not hstore's text.
  static func pairs(_ text: UnsafeRawBufferPointer) -> [(key: [UInt8], value: [UInt8]?)]? {
    var pairs: [(key: [UInt8], value: [UInt8]?)] = []
    var reader = ByteReader(text)
    while !reader.isAtEnd {
      guard let key = quoted(&reader), reader.take("=>") else { return nil }
      if reader.take("NULL") {
        pairs.append((key, nil))
      } else {
        guard let value = quoted(&reader) else { return nil }
        pairs.append((key, value))
      }
      if !reader.isAtEnd { guard reader.take(", ") else { return nil } }
    }
    return pairs
  }

  private static func quoted(_ reader: inout ByteReader) -> [UInt8]? {
    guard reader.take(UInt8(ascii: "\"")) else { return nil }
    var bytes: [UInt8] = []
    while !reader.isAtEnd {
      if reader.take(UInt8(ascii: "\"")) { return bytes }
      _ = reader.take(UInt8(ascii: "\\"))
      bytes.append(reader.peek)
      reader.position += 1
    }
    return nil
  }

  /// Appends a quoted key or value.
  static func append(quoted bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in bytes {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
  }
}
