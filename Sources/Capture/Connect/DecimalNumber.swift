/// A decimal number of any precision, as `java.math.BigDecimal` has it: an unscaled integer and how many of its digits stand behind the point.
struct DecimalNumber: Hashable, Sendable, CustomStringConvertible {
  /// Big-endian two's complement.
  var unscaled: [UInt8]
  var scale: Int

  /// The unscaled value's decimal digits, without a sign and without zeros in front (but for zero itself).
  var digits: (isNegative: Bool, text: String) {
    guard let first = unscaled.first else { return (false, "0") }
    let isNegative = first & 0x80 != 0
    var magnitude = unscaled
    if isNegative {
      var carry: UInt16 = 1
      for i in magnitude.indices.reversed() {
        let sum = UInt16(~magnitude[i]) + carry
        magnitude[i] = UInt8(truncatingIfNeeded: sum)
        carry = sum >> 8
      }
      // The least number of its width has a magnitude of one more bit.
      if carry != 0 { magnitude.insert(1, at: 0) }
    }
    // Nine digits a round: a remainder below 10^9 and one byte more stay far inside 64 bits.
    let base: UInt64 = 1_000_000_000
    var groups: [UInt64] = []
    var rest = magnitude.drop { $0 == 0 }
    while !rest.isEmpty {
      var remainder: UInt64 = 0
      var quotient: [UInt8] = []
      quotient.reserveCapacity(rest.count)
      for byte in rest {
        let value = remainder << 8 | UInt64(byte)
        quotient.append(UInt8(truncatingIfNeeded: value / base))
        remainder = value % base
      }
      groups.append(remainder)
      rest = quotient.drop { $0 == 0 }
    }
    guard let top = groups.last else { return (false, "0") }
    var text = String(top)
    for group in groups.dropLast().reversed() {
      let part = String(group)
      text += String(repeating: "0", count: 9 - part.utf8.count) + part
    }
    return (isNegative, text)
  }

  /// `BigDecimal.toPlainString()`: no exponent.
  var plain: String {
    let (isNegative, text) = digits
    let sign = isNegative ? "-" : ""
    if scale <= 0 { return text == "0" ? "0" : sign + text + String(repeating: "0", count: min(-scale, 100_000)) }
    let padded = String(repeating: "0", count: max(0, min(scale, 100_000) + 1 - text.utf8.count)) + text
    let split = padded.index(padded.endIndex, offsetBy: -min(scale, padded.count - 1))
    return "\(sign)\(padded[..<split]).\(padded[split...])"
  }

  /// `BigDecimal.toString()`: with an exponent where the scale is negative or the number is below 10^-6.
  var description: String {
    let (isNegative, text) = digits
    let adjusted = text.utf8.count - 1 - scale
    if scale >= 0, adjusted >= -6 { return plain }
    var result = isNegative ? "-" : ""
    result += text.prefix(1)
    if text.utf8.count > 1 { result += "." + text.dropFirst() }
    if adjusted != 0 { result += "E" + (adjusted > 0 ? "+" : "") + String(adjusted) }
    return result
  }
}
