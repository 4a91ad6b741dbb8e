#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A floating point number's decimal digits and exponent: `0.d1d2d3... * 10^point`.
///
/// Reads the texts of PostgreSQL (`1e+308`), Swift, Java (`1.0E308`) and JSON alike.
struct FloatText {
  let negative: Bool
  /// The digits without zeros at either end; empty for zero. A double has 17 at most, all else is cut.
  private let storage: (UInt64, UInt64, UInt64)
  let count: Int
  let point: Int

  init?(_ text: UnsafeRawBufferPointer) {
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var count = 0
    var point = 0
    var exponent = 0
    var i = 0
    var seenPoint = false
    var seenDigit = false
    let negative = text.first == UInt8(ascii: "-")
    if negative { i = 1 }
    let valid = withUnsafeMutableBytes(of: &digits) { digits in
      while i < text.count {
        let c = text[i]
        if c &- 0x30 < 10 {
          seenDigit = true
          if count == 0 && c == 0x30 {
            // A leading zero is no digit, but behind the point it moves the point.
            if seenPoint { point -= 1 }
          } else {
            if count < 24 {
              digits[count] = c
              count += 1
            }
            if !seenPoint { point += 1 }
          }
        } else if c == UInt8(ascii: ".") && !seenPoint {
          seenPoint = true
        } else if c | 0x20 == UInt8(ascii: "e") {
          var reader = ByteReader(UnsafeRawBufferPointer(rebasing: text[(i + 1)...]))
          let down = reader.take(UInt8(ascii: "-"))
          if !down { _ = reader.take(UInt8(ascii: "+")) }
          guard let value = reader.number(max: 6), reader.isAtEnd else { return false }
          exponent = down ? -Int(value) : Int(value)
          break
        } else {
          return false
        }
        i += 1
      }
      while count > 0 && digits[count - 1] == 0x30 { count -= 1 }
      return seenDigit
    }
    guard valid else { return nil }
    self.negative = negative
    storage = digits
    self.count = count
    self.point = count == 0 ? 0 : point + exponent
  }

  func withDigits<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[0..<count])) }
  }

  /// The double that a text names; nil if there is more than a number in it.
  static func double(_ text: UnsafeRawBufferPointer) -> Double? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for (i, byte) in text.enumerated() { copy[i] = CChar(bitPattern: byte) }
      copy[text.count] = 0
      guard let start = copy.baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      return end == start + text.count && text.count > 0 ? value : nil
    }
  }
}

extension JSONWriter {
  /// Appends a number as Java's `Double.toString` and `Float.toString` do: plain from 10^-3 to 10^7, else with an exponent.
  mutating func javaNumber(_ number: FloatText) {
    if number.negative { raw(UInt8(ascii: "-")) }
    let n = number.count
    let point = number.point
    if n == 0 { return raw("0.0") }
    number.withDigits { digits in
      if point > -3 && point <= 7 {
        if point <= 0 {
          raw("0.")
          for _ in 0..<(-point) { raw(0x30) }
          raw(digits)
        } else if point >= n {
          raw(digits)
          for _ in 0..<(point - n) { raw(0x30) }
          raw(".0")
        } else {
          raw(UnsafeRawBufferPointer(rebasing: digits[0..<point]))
          raw(UInt8(ascii: "."))
          raw(UnsafeRawBufferPointer(rebasing: digits[point..<n]))
        }
      } else {
        raw(digits[0])
        raw(UInt8(ascii: "."))
        if n == 1 { raw(0x30) } else { raw(UnsafeRawBufferPointer(rebasing: digits[1..<n])) }
        raw(UInt8(ascii: "E"))
        integer(Int64(point - 1))
      }
    }
  }
}
