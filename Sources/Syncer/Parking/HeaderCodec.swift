internal import Kafka

/// Headers as one run of bytes, in the form that they have inside of a record batch: varint count, then for each the name's length and bytes and the
/// value's, -1 for NULL. Text columns would not do: names and values may hold any bytes.
/// Source: Kafka's documentation, "Message Format", record header; varints are zig-zag as in Protocol Buffers.
enum HeaderCodec {
  static func encode(_ headers: [Header]) -> [UInt8] {
    var bytes: [UInt8] = []
    append(headers.count, to: &bytes)
    for header in headers {
      append(header.name.utf8.count, to: &bytes)
      bytes += header.name.utf8
      append(header.value?.count ?? -1, to: &bytes)
      bytes += header.value ?? []
    }
    return bytes
  }

  /// Nil where the bytes are not what ``encode(_:)`` makes.
  static func decode(_ bytes: [UInt8]) -> [Header]? {
    var rest = bytes[...]
    guard let count = number(&rest), count >= 0, count <= bytes.count else { return nil }
    var headers: [Header] = []
    for _ in 0..<count {
      guard let length = number(&rest), let name = take(length, &rest), let size = number(&rest) else { return nil }
      guard size >= 0 else {
        headers.append(Header(name: String(decoding: name, as: UTF8.self), value: nil))
        continue
      }
      guard let value = take(size, &rest) else { return nil }
      headers.append(Header(name: String(decoding: name, as: UTF8.self), value: Array(value)))
    }
    return rest.isEmpty ? headers : nil
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    var left = UInt64(bitPattern: Int64((number << 1) ^ (number >> 63)))
    while left >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
      left >>= 7
    }
    bytes.append(UInt8(left))
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst(), shift < 63 {
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return Int(truncatingIfNeeded: Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)) }
      shift += 7
    }
    return nil
  }

  private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
