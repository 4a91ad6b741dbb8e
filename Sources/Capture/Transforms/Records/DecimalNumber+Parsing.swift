extension DecimalNumber {
  private static let exponentLimit = 100_000

  /// `new BigDecimal(text)`; nil for what is no decimal number, or one of more than 100,000 digits.
  init?(parsing text: String) {
    var rest = Substring(text)
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
    var digits: [UInt8] = []
    var scale = 0
    var seenPoint = false
    while let character = rest.first, character != "e", character != "E" {
      if character == ".", !seenPoint {
        seenPoint = true
      } else if let digit = character.asciiValue, (0x30...0x39).contains(digit) {
        digits.append(digit - 0x30)
        if seenPoint { scale += 1 }
      } else {
        return nil
      }
      rest.removeFirst()
    }
    guard !digits.isEmpty, digits.count <= Self.exponentLimit else { return nil }
    if !rest.isEmpty {
      guard let exponent = Int(rest.dropFirst()), abs(exponent) <= Self.exponentLimit else { return nil }
      scale -= exponent
    }
    self.init(unscaled: Self.bytes(digits, isNegative: isNegative), scale: scale)
  }

  /// The same number with more digits behind the point, or with fewer if they are zeros; nil if digits would be lost.
  func rescaled(to scale: Int) -> DecimalNumber? {
    var (isNegative, text) = digits
    if scale >= self.scale {
      guard scale - self.scale <= Self.exponentLimit else { return nil }
      text += String(repeating: "0", count: scale - self.scale)
    } else {
      let surplus = self.scale - scale
      if text == "0" { return DecimalNumber(unscaled: [0], scale: scale) }
      guard text.utf8.count > surplus, text.suffix(surplus).allSatisfy({ $0 == "0" }) else { return nil }
      text.removeLast(surplus)
    }
    return DecimalNumber(unscaled: Self.bytes(text.utf8.map { $0 - 0x30 }, isNegative: isNegative), scale: scale)
  }

  /// `BigDecimal.longValue()`: without what stands behind the point; the low 64 bits.
  var whole: Int64 {
    let (isNegative, text) = digits
    var value: UInt64 = 0
    if scale <= 0 {
      for digit in text.utf8 { value = value &* 10 &+ UInt64(digit - 0x30) }
      // Ten to the power of 64 is a multiple of 2^64.
      for _ in 0..<min(-scale, 64) { value = value &* 10 }
    } else {
      for digit in text.utf8.dropLast(scale) { value = value &* 10 &+ UInt64(digit - 0x30) }
    }
    return Int64(bitPattern: isNegative ? 0 &- value : value)
  }

  /// Big-endian two's complement, as short as it can be, of decimal digits.
  private static func bytes(_ digits: [UInt8], isNegative: Bool) -> [UInt8] {
    var magnitude: [UInt8] = []
    for digit in digits {
      var carry = UInt16(digit)
      for i in magnitude.indices {
        carry += UInt16(magnitude[i]) * 10
        magnitude[i] = UInt8(truncatingIfNeeded: carry)
        carry >>= 8
      }
      if carry > 0 { magnitude.append(UInt8(carry)) }
    }
    magnitude.append(0)
    if isNegative {
      var carry: UInt16 = 1
      for i in magnitude.indices {
        let sum = UInt16(~magnitude[i]) + carry
        magnitude[i] = UInt8(truncatingIfNeeded: sum)
        carry = sum >> 8
      }
    }
    while magnitude.count > 1 {
      let top = magnitude[magnitude.count - 1]
      let sign = magnitude[magnitude.count - 2] & 0x80
      guard (top == 0 && sign == 0) || (top == 0xFF && sign != 0) else { break }
      magnitude.removeLast()
    }
    return magnitude.reversed()
  }
}
