/// A decimal number's digits, as they stand in its text.
struct PlainNumber {
  /// Without leading zeros before the point.
  private(set) var digits: [UInt8] = []
  /// How many of the digits stand before the point; less than none where zeros follow it.
  private(set) var point = 0
  private(set) var isNegative = false
  /// How many digits the text has behind the point.
  private(set) var scale = 0

  /// `-12.50`, `.5`, `1e-7`; nil for anything else, and for exponents beyond those of `numeric`.
  init?(_ text: UnsafeRawBufferPointer) {
    var index = 0
    func at(_ ascii: Unicode.Scalar) -> Bool { index < text.count && text[index] == UInt8(ascii: ascii) }
    if at("-") || at("+") {
      isNegative = at("-")
      index += 1
    }
    var count = 0
    var isBehindPoint = false
    loop: while index < text.count {
      switch text[index] {
      case 0x30...0x39:
        count += 1
        if isBehindPoint { scale += 1 }
        // Zeros that lead count for the point alone.
        if text[index] != 0x30 || !digits.isEmpty {
          digits.append(text[index] - 0x30)
          if !isBehindPoint { point += 1 }
        } else if isBehindPoint {
          point -= 1
        }
      case UInt8(ascii: ".") where !isBehindPoint: isBehindPoint = true
      default: break loop
      }
      index += 1
    }
    guard count > 0 else { return nil }
    if at("e") || at("E") {
      index += 1
      let isBelow = at("-")
      if at("-") || at("+") { index += 1 }
      var exponent = 0
      let start = index
      while index < text.count, case 0x30...0x39 = text[index], index - start < 7 {
        exponent = exponent * 10 + Int(text[index] - 0x30)
        index += 1
      }
      guard index > start, exponent <= 140_000 else { return nil }
      if isBelow { exponent = -exponent }
      point += exponent
      scale = max(scale - exponent, 0)
    }
    guard index == text.count else { return nil }
  }
}
