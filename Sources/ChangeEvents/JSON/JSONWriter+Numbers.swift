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
    repeat {
      i -= 1
      p[i] = 0x30 + UInt8(truncatingIfNeeded: magnitude % 10)
      magnitude /= 10
    } while magnitude != 0
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
