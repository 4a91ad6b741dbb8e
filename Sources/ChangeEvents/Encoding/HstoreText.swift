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

  /// Pairs in the order in which Java's `HashMap` gives them, which is Debezium's: by the low bits of the keys' hashes.
  static func inHashOrder(_ pairs: [(key: [UInt8], value: [UInt8]?)]) -> [(key: [UInt8], value: [UInt8]?)] {
    guard pairs.count > 1 else { return pairs }
    var buckets = 16
    while pairs.count > buckets / 4 * 3 { buckets *= 2 }
    let mask = UInt32(buckets - 1)
    let places = pairs.enumerated().map { (bucket: spreadHash($1.key) & mask, index: $0) }
    // Within a bucket the first that came stays first.
    return places.sorted { ($0.bucket, $0.index) < ($1.bucket, $1.index) }.map { pairs[$0.index] }
  }

  /// `String.hashCode` of the text, spread as `HashMap` does it.
  private static func spreadHash(_ text: [UInt8]) -> UInt32 {
    var hash: UInt32 = 0
    for unit in String(decoding: text, as: UTF8.self).utf16 { hash = hash &* 31 &+ UInt32(unit) }
    return hash ^ (hash >> 16)
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
