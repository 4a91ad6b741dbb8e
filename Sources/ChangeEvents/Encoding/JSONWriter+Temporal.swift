extension JSONWriter {
  /// Appends digits, padded with zeros to `width`.
  mutating func padded(_ value: Int64, width: Int) {
    let p = reserve(width)
    var rest = value
    var i = width
    while i > 0 {
      i -= 1
      p[i] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    advance(width)
  }

  /// Appends a date as Java's `ISO_LOCAL_DATE`: years beyond 9999 with `+`, those before 1 as `0000`, `-0001`, ...
  mutating func isoDate(days: Int64) {
    let (year, month, day) = CivilTime.date(days: days)
    if year > 9999 {
      raw(UInt8(ascii: "+"))
      integer(year)
    } else if year < 0 {
      raw(UInt8(ascii: "-"))
      if year > -10_000 { padded(-year, width: 4) } else { integer(-year) }
    } else {
      padded(year, width: 4)
    }
    raw(UInt8(ascii: "-"))
    padded(month, width: 2)
    raw(UInt8(ascii: "-"))
    padded(day, width: 2)
  }

  /// Appends a clock time, with as many digits of its fraction as are needed, or with `width` of them.
  mutating func isoTime(micros: Int64, width: Int? = nil) {
    let seconds = micros / 1_000_000
    var fraction = micros % 1_000_000
    padded(seconds / 3600, width: 2)
    raw(UInt8(ascii: ":"))
    padded(seconds / 60 % 60, width: 2)
    raw(UInt8(ascii: ":"))
    padded(seconds % 60, width: 2)
    var digits = 6
    if let width, width > 0 {
      while digits > width {
        fraction /= 10
        digits -= 1
      }
    } else {
      if fraction == 0 { return }
      while fraction % 10 == 0 {
        fraction /= 10
        digits -= 1
      }
    }
    raw(UInt8(ascii: "."))
    padded(fraction, width: digits)
  }

  /// Appends `2024-02-29T12:34:56.789Z`.
  mutating func isoTimestamp(_ moment: CivilTime.Moment, width: Int? = nil) {
    isoDate(days: moment.days)
    raw(UInt8(ascii: "T"))
    isoTime(micros: moment.micros, width: width)
    raw(UInt8(ascii: "Z"))
  }
}
