/// Big-endian two's complement bytes of any length, the way Java's `BigInteger.toByteArray` makes them, and decimal digits.
enum TwosComplement {
  /// Gives the shortest bytes of the number that the ASCII digits name.
  static func withBytes<R>(digits: UnsafeMutableBufferPointer<UInt8>, negative: Bool, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    if digits.count <= 18 {
      var value: Int64 = 0
      for digit in digits { value = value * 10 + Int64(digit - 0x30) }
      if negative { value = -value }
      return withBytes(value, body)
    }
    // Little-endian limbs, nine digits at a time.
    var limbs: [UInt32] = []
    limbs.reserveCapacity(digits.count / 9 + 1)
    var i = 0
    while i < digits.count {
      let take = min(9, digits.count - i)
      var chunk: UInt64 = 0
      var power: UInt64 = 1
      for j in i..<(i + take) {
        chunk = chunk * 10 + UInt64(digits[j] - 0x30)
        power *= 10
      }
      var carry = chunk
      for k in limbs.indices {
        carry += UInt64(limbs[k]) * power
        limbs[k] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      if carry > 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
      i += take
    }
    var bytes: [UInt8] = [0]
    for limb in limbs.reversed() {
      for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: limb >> shift)) }
    }
    if negative { negate(&bytes) }
    var start = 0
    while start + 1 < bytes.count
      && ((bytes[start] == 0 && bytes[start + 1] < 0x80) || (bytes[start] == 0xFF && bytes[start + 1] >= 0x80))
    {
      start += 1
    }
    return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
  }

  static func withBytes<R>(_ value: Int64, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    var big = value.bigEndian
    return withUnsafeBytes(of: &big) { bytes in
      var start = 0
      while start < 7
        && ((bytes[start] == 0 && bytes[start + 1] < 0x80) || (bytes[start] == 0xFF && bytes[start + 1] >= 0x80))
      {
        start += 1
      }
      return body(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
  }

  /// The decimal digits of a number, without leading zeros (`0` for zero), and its sign.
  static func digits(of bytes: UnsafeRawBufferPointer) -> (negative: Bool, digits: [UInt8]) {
    guard let first = bytes.first else { return (false, [0x30]) }
    let negative = first >= 0x80
    var magnitude = [UInt8](bytes)
    if negative { negate(&magnitude) }
    if magnitude.count <= 8 {
      var value: UInt64 = 0
      for byte in magnitude { value = value << 8 | UInt64(byte) }
      return (negative, Array(String(value).utf8))
    }
    // A minimum such as 0x80 0x00 ... negates to itself, which read without a sign is the magnitude: right as it is.
    var limbs: [UInt32] = []
    var end = magnitude.count
    while end > 0 {
      var limb: UInt32 = 0
      for i in max(0, end - 4)..<end { limb = limb << 8 | UInt32(magnitude[i]) }
      limbs.append(limb)
      end -= 4
    }
    var reversed: [UInt8] = []
    while let top = limbs.last {
      if top == 0 {
        limbs.removeLast()
        continue
      }
      var remainder: UInt64 = 0
      for i in limbs.indices.reversed() {
        let value = remainder << 32 | UInt64(limbs[i])
        limbs[i] = UInt32(value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      for _ in 0..<9 {
        reversed.append(0x30 + UInt8(remainder % 10))
        remainder /= 10
      }
    }
    while reversed.count > 1 && reversed.last == 0x30 { reversed.removeLast() }
    return (negative, reversed.isEmpty ? [0x30] : reversed.reversed())
  }

  /// The number whose bytes stand in Base64; nil where they are none, or more than eight.
  static func integer(base64 text: UnsafeRawBufferPointer) -> Int64? {
    var value: Int64 = 0
    var isFirst = true
    guard
      let count = Base64.forEachByte(
        text,
        { byte in
          value = isFirst ? Int64(Int8(bitPattern: byte)) : value << 8 | Int64(byte)
          isFirst = false
        })
    else { return nil }
    return (1...8).contains(count) ? value : nil
  }

  private static func negate(_ bytes: inout [UInt8]) {
    var carry = true
    for i in bytes.indices.reversed() {
      bytes[i] = ~bytes[i]
      if carry {
        bytes[i] = bytes[i] &+ 1
        carry = bytes[i] == 0
      }
    }
  }
}
