/// Reads big-endian fields of a message; every read is checked against its end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  @inline(__always)
  mutating func byte() throws(DecodingError) -> UInt8 {
    guard position < bytes.count else { throw DecodingError.truncated }
    defer { position += 1 }
    return bytes[position]
  }

  @inline(__always)
  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(DecodingError) -> T {
    guard remaining >= MemoryLayout<T>.size else { throw DecodingError.truncated }
    defer { position += MemoryLayout<T>.size }
    return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  @inline(__always)
  mutating func range(count: Int) throws(DecodingError) -> Range<Int> {
    guard count >= 0, count <= remaining else { throw DecodingError.truncated }
    defer { position += count }
    return position..<position + count
  }

  /// A zero-terminated string.
  mutating func string() throws(DecodingError) -> String {
    let start = position
    while position < bytes.count, bytes[position] != 0 { position += 1 }
    guard position < bytes.count else { throw DecodingError.truncated }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }
}

/// A message that is not what the protocol says.
enum DecodingError: Error, Hashable, Sendable, CustomStringConvertible {
  case truncated
  case unknownMessage(UInt8)
  case unexpected(String)

  var description: String {
    switch self {
    case .truncated: "a replication message ends before its fields do"
    case .unknownMessage(let tag): "a replication message of the unknown kind \(tag)"
    case .unexpected(let what): "a replication message with \(what)"
    }
  }
}
