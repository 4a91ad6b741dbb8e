extension JSONWriter {
  /// Appends an integer.
  public mutating func integer(_ value: Int64) {
    let p = reserve(20)
    var magnitude = value.magnitude
    var digits = 1
    var limit: UInt64 = 10
    while digits < 19 && magnitude >= limit {
      digits += 1
      limit *= 10
    }
    let negative = value < 0
    if negative { p[0] = UInt8(ascii: "-") }
    let end = digits + (negative ? 1 : 0)
    var i = end
    // Two digits per division.
    let pairs = DigitPairs.text.utf8Start
    while magnitude >= 100 {
      let pair = Int(truncatingIfNeeded: magnitude % 100) * 2
      magnitude /= 100
      i -= 2
      p[i] = pairs[pair]
      p[i + 1] = pairs[pair + 1]
    }
    if magnitude >= 10 {
      let pair = Int(truncatingIfNeeded: magnitude) * 2
      p[i - 2] = pairs[pair]
      p[i - 1] = pairs[pair + 1]
    } else {
      p[i - 1] = 0x30 + UInt8(truncatingIfNeeded: magnitude)
    }
    advance(end)
  }

  /// Appends an unsigned integer.
  public mutating func unsigned(_ value: UInt64) {
    if value <= UInt64(Int64.max) {
      integer(Int64(value))
    } else {
      integer(Int64(value / 10))
      raw(0x30 + UInt8(value % 10))
    }
  }

  /// Appends a double as Java's `Double.toString` writes it (`1.5`, `1.0E308`, `1.0E-5`); what is not finite becomes a
  /// quoted string (`"NaN"`, `"Infinity"`), as Jackson does it.
  public mutating func double(_ value: Double) {
    guard value.isFinite else { return nonFinite(isNaN: value.isNaN, negative: value < 0) }
    shortest(value.description)
  }

  /// Appends a float as Java's `Float.toString` writes it.
  public mutating func float(_ value: Float) {
    guard value.isFinite else { return nonFinite(isNaN: value.isNaN, negative: value < 0) }
    shortest(value.description)
  }

  /// Swift's digits are the shortest that read back as the same number, as Java's are (since 19); their form is another one.
  private mutating func shortest(_ description: String) {
    var description = description
    if let number = description.withUTF8({ FloatText(UnsafeRawBufferPointer($0)) }) { javaNumber(number) }
  }

  mutating func nonFinite(isNaN: Bool, negative: Bool) {
    raw(isNaN ? "\"NaN\"" : negative ? "\"-Infinity\"" : "\"Infinity\"")
  }
}

/// The decimal texts of 0 to 99, two digits each.
enum DigitPairs {
  static let text: StaticString = """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """
}
