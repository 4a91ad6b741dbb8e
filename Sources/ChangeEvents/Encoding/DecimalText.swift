/// A decimal number's text, taken apart: `-12.30` is negative, integer digits `12`, fraction digits `30`.
struct DecimalText {
  let negative: Bool
  let integer: UnsafeRawBufferPointer
  let fraction: UnsafeRawBufferPointer

  /// Reads plain decimal text as PostgreSQL prints `numeric`; nil for anything else, NaN and infinities included.
  init?(_ text: UnsafeRawBufferPointer) {
    var start = 0
    let negative = text.first == UInt8(ascii: "-")
    if negative { start = 1 }
    var point: Int?
    for i in start..<max(start, text.count) {
      if text[i] == UInt8(ascii: ".") {
        guard point == nil else { return nil }
        point = i
      } else if text[i] &- 0x30 >= 10 {
        return nil
      }
    }
    let end = point ?? text.count
    let integer = UnsafeRawBufferPointer(rebasing: text[min(start, end)..<end])
    let fraction = UnsafeRawBufferPointer(rebasing: text[min(end + 1, text.count)..<text.count])
    guard integer.count + fraction.count > 0 else { return nil }
    self.negative = negative
    self.integer = integer
    self.fraction = fraction
  }

  /// How many digits of the fraction count once zeros at its end are dropped.
  var significantFraction: Int {
    var count = fraction.count
    while count > 0 && fraction[count - 1] == 0x30 { count -= 1 }
    return count
  }

  /// Gives the digits of `value * 10^scale`, or nil if that is not an integer.
  func withDigits<R>(scale: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> R) -> R? {
    let count = max(integer.count + scale, 0)
    if scale < fraction.count {
      // Digits are dropped: allowed only where they are zero.
      for i in max(scale, 0)..<fraction.count where fraction[i] != 0x30 { return nil }
      if scale < 0 {
        for i in max(integer.count + scale, 0)..<integer.count where integer[i] != 0x30 { return nil }
      }
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(count, 1)) { digits in
      for i in 0..<count {
        digits[i] =
          if i < integer.count { integer[i] } else if i - integer.count < fraction.count { fraction[i - integer.count] } else { 0x30 }
      }
      return body(UnsafeMutableBufferPointer(rebasing: digits[0..<count]))
    }
  }
}
