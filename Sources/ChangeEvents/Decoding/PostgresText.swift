/// Appends values as PostgreSQL's output functions print them.
enum PostgresText {
  static func append(_ value: Int64, to text: inout [UInt8]) {
    var value = value
    if value >= 0 && value < 10 { return text.append(0x30 + UInt8(value)) }
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { digits in
      var start = 24
      let negative = value < 0
      // Digits are taken from the negative side, which has room for the smallest number.
      if !negative { value = -value }
      repeat {
        start -= 1
        digits[start] = 0x30 + UInt8(-(value % 10))
        value /= 10
      } while value != 0
      if negative {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      text.append(contentsOf: digits[start..<24])
    }
  }

  static func padded(_ value: Int64, width: Int, to text: inout [UInt8]) {
    var power: Int64 = 10
    var have = 1
    while have < 18 && value >= power {
      power *= 10
      have += 1
    }
    for _ in 0..<max(0, width - have) { text.append(0x30) }
    append(value, to: &text)
  }

  /// `float4` and `float8`: the shortest digits, plain from 10^-4 up to 10^6 and 10^15, else as `1.5e+20`.
  static func append(_ number: FloatText, plainBelow limit: Int, to text: inout [UInt8]) {
    if number.negative { text.append(UInt8(ascii: "-")) }
    let exponent = number.point - 1
    if number.count == 0 { return text.append(0x30) }
    if exponent >= -4 && exponent < limit { return plain(number, scale: nil, to: &text) }
    number.withDigits { digits in
      text.append(digits[0])
      if digits.count > 1 {
        text.append(UInt8(ascii: "."))
        text.append(contentsOf: digits[1...])
      }
    }
    text.append(UInt8(ascii: "e"))
    text.append(UInt8(ascii: exponent < 0 ? "-" : "+"))
    padded(Int64(exponent.magnitude), width: 2, to: &text)
  }

  /// The digits without an exponent and a sign, with at least `scale` of them behind the point.
  static func plain(_ number: FloatText, scale: Int?, to text: inout [UInt8]) {
    number.withDigits { digits in
      for i in 0..<max(number.point, 0) { text.append(i < digits.count ? digits[i] : 0x30) }
      if number.point <= 0 { text.append(0x30) }
      let behind = max(digits.count - number.point, scale ?? 0)
      if behind <= 0 { return }
      text.append(UInt8(ascii: "."))
      for i in number.point..<(number.point + behind) { text.append(i >= 0 && i < digits.count ? digits[i] : 0x30) }
    }
  }

  /// An unscaled value's digits with `scale` of them behind the point.
  static func decimal(negative: Bool, digits: [UInt8], scale: Int, to text: inout [UInt8]) {
    let isZero = digits == [0x30]
    if negative && !isZero { text.append(UInt8(ascii: "-")) }
    if scale <= 0 {
      text.append(contentsOf: digits)
      if !isZero { text.append(contentsOf: repeatElement(0x30, count: -scale)) }
      return
    }
    if digits.count <= scale {
      text.append(0x30)
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: repeatElement(0x30, count: scale - digits.count))
      text.append(contentsOf: digits)
    } else {
      text.append(contentsOf: digits[..<(digits.count - scale)])
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: digits[(digits.count - scale)...])
    }
  }

  /// A date without its era; `true` if ` BC` must follow at the end.
  static func date(days: Int64, to text: inout [UInt8]) -> Bool {
    let (year, month, day) = CivilTime.date(days: days)
    padded(year > 0 ? year : 1 - year, width: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    padded(month, width: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    padded(day, width: 2, to: &text)
    return year <= 0
  }

  /// A clock time with as many digits of its fraction as are needed.
  static func time(micros: Int64, to text: inout [UInt8]) {
    let seconds = micros / 1_000_000
    padded(seconds / 3600, width: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    padded(seconds / 60 % 60, width: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    padded(seconds % 60, width: 2, to: &text)
    var fraction = micros % 1_000_000
    if fraction == 0 { return }
    var width = 6
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    text.append(UInt8(ascii: "."))
    padded(fraction, width: width, to: &text)
  }

  /// A timestamp, with `+00` behind it where it is one with time zone.
  static func timestamp(_ moment: CivilTime.Moment, zoned: Bool, to text: inout [UInt8]) {
    let isBC = date(days: moment.days, to: &text)
    text.append(UInt8(ascii: " "))
    time(micros: moment.micros, to: &text)
    if zoned { text.append(contentsOf: "+00".utf8) }
    if isBC { text.append(contentsOf: " BC".utf8) }
  }

  /// An interval in the style `postgres`: a field behind a negative one shows its plus sign.
  static func interval(_ fields: IntervalFields, to text: inout [UInt8]) {
    let start = text.count
    var afterNegative = false
    for (value, unit) in [(fields.years, "year"), (fields.months, "mon"), (fields.days, "day")] where value != 0 {
      if text.count > start { text.append(UInt8(ascii: " ")) }
      if afterNegative && value > 0 { text.append(UInt8(ascii: "+")) }
      append(value, to: &text)
      text.append(UInt8(ascii: " "))
      text.append(contentsOf: unit.utf8)
      if value != 1 { text.append(UInt8(ascii: "s")) }
      afterNegative = value < 0
    }
    let isNegative = fields.hours < 0 || fields.minutes < 0 || fields.micros < 0
    let micros = (fields.hours * 60 + fields.minutes) * 60_000_000 + fields.micros
    if micros == 0 && text.count > start { return }
    if text.count > start { text.append(UInt8(ascii: " ")) }
    if isNegative {
      text.append(UInt8(ascii: "-"))
    } else if afterNegative {
      text.append(UInt8(ascii: "+"))
    }
    time(micros: Int64(micros.magnitude), to: &text)
  }
}
