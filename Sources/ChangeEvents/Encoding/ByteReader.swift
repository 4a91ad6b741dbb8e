#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads ASCII from borrowed bytes; never goes beyond the end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  /// The next byte, 0 at the end.
  @inline(__always)
  var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Takes the next byte if it is this one.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Takes a literal if it comes next.
  mutating func take(_ literal: StaticString) -> Bool {
    let n = literal.utf8CodeUnitCount
    guard bytes.count - position >= n else { return false }
    for i in 0..<n where bytes[position + i] != literal.utf8Start[i] { return false }
    position += n
    return true
  }

  /// Takes decimal digits: at least one, at most `max`.
  mutating func number(max: Int = 18) -> Int64? {
    var value: Int64 = 0
    let start = position
    while position < bytes.count, position - start < max {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { break }
      value = value * 10 + Int64(digit)
      position += 1
    }
    return position == start ? nil : value
  }

  /// Takes exactly two digits.
  @inline(__always)
  mutating func two() -> Int64? {
    guard position + 1 < bytes.count else { return nil }
    let a = bytes[position] &- 0x30
    let b = bytes[position + 1] &- 0x30
    guard a < 10, b < 10 else { return nil }
    position += 2
    return Int64(a) * 10 + Int64(b)
  }

  /// Takes `.` and the digits behind it, if they come next, as nanoseconds.
  mutating func fractionNanos() -> Int64? {
    guard take(UInt8(ascii: ".")) else { return 0 }
    let start = position
    guard var value = number(max: 9) else { return nil }
    for _ in (position - start)..<9 { value *= 10 }
    return value
  }
}

extension UnsafeRawBufferPointer {
  /// Whether these bytes are the literal's.
  func equals(_ literal: StaticString) -> Bool {
    equals(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Whether both hold the same bytes.
  func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard count > 0, let own = baseAddress, let others = other.baseAddress else { return true }
    return memcmp(own, others, count) == 0
  }
}
