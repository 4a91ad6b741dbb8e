/// An interval's fields, as `IntervalStyle=postgres` prints them.
struct IntervalFields: Hashable {
  var years: Int64 = 0
  var months: Int64 = 0
  var days: Int64 = 0
  var hours: Int64 = 0
  var minutes: Int64 = 0
  /// Seconds with their fraction, in microseconds.
  var micros: Int64 = 0

  init() {}

  /// Reads `1 year 2 mons -3 days +04:05:06.789`.
  init?(postgres text: UnsafeRawBufferPointer) {
    var reader = ByteReader(text)
    guard !reader.isAtEnd else { return nil }
    while !reader.isAtEnd {
      let negative = reader.take(UInt8(ascii: "-"))
      if !negative { _ = reader.take(UInt8(ascii: "+")) }
      let sign: Int64 = negative ? -1 : 1
      guard let number = reader.number(max: 12) else { return nil }
      if reader.take(UInt8(ascii: ":")) {
        guard let minute = reader.two() else { return nil }
        hours = sign * number
        minutes = sign * minute
        if reader.take(UInt8(ascii: ":")) {
          guard let second = reader.two(), let nanos = reader.fractionNanos() else { return nil }
          micros = sign * (second * 1_000_000 + nanos / 1000)
        }
      } else {
        guard reader.take(UInt8(ascii: " ")) else { return nil }
        if reader.take("year") {
          years = sign * number
        } else if reader.take("mon") {
          months = sign * number
        } else if reader.take("day") {
          days = sign * number
        } else {
          return nil
        }
        _ = reader.take(UInt8(ascii: "s"))
      }
      if !reader.isAtEnd { guard reader.take(UInt8(ascii: " ")) else { return nil } }
    }
    guard isWithinBounds else { return nil }
  }

  /// Reads `P1Y2M-3DT4H5M6.789S`.
  init?(iso text: UnsafeRawBufferPointer) {
    var reader = ByteReader(text)
    guard reader.take(UInt8(ascii: "P")) else { return nil }
    var inTime = false
    while !reader.isAtEnd {
      if reader.take(UInt8(ascii: "T")) {
        inTime = true
        continue
      }
      let sign: Int64 = reader.take(UInt8(ascii: "-")) ? -1 : 1
      guard let number = reader.number(max: 12), let nanos = reader.fractionNanos() else { return nil }
      let value = sign * number
      switch (reader.peek, inTime) {
      case (UInt8(ascii: "Y"), false): years = value
      case (UInt8(ascii: "M"), false): months = value
      case (UInt8(ascii: "D"), false): days = value
      case (UInt8(ascii: "H"), true): hours = value
      case (UInt8(ascii: "M"), true): minutes = value
      case (UInt8(ascii: "S"), true): micros = sign * (number * 1_000_000 + nanos / 1000)
      default: return nil
      }
      reader.position += 1
    }
    guard isWithinBounds else { return nil }
  }

  /// What PostgreSQL can hold at most; the arithmetic below relies on it.
  private var isWithinBounds: Bool {
    years.magnitude <= 178_956_970 && months.magnitude <= 2_147_483_648 && days.magnitude <= 2_147_483_648
      && hours.magnitude <= 2_562_047_787 && minutes.magnitude < 60 && micros.magnitude < 60_000_000
  }

  /// Microseconds, computed in doubles step by step as Debezium's `MicroDuration` does, so that roundings agree.
  var microDuration: Int64? {
    let seconds = Double(micros / 1_000_000) + Double(micros % 1_000_000) / 1_000_000.0
    let numberOfDays = Double(years * 12 + months) * (365.25 / 12.0) + Double(days)
    let numberOfSeconds = (((numberOfDays * 24 + Double(hours)) * 60) + Double(minutes)) * 60 + seconds
    let total = numberOfSeconds * 1e6
    return total.magnitude < 9.2e18 ? Int64(total) : nil
  }

  /// Fields that give these microseconds again.
  ///
  /// A number does not say how many of its days were months. A month counts 30 days, 10 hours and 30 minutes, so where
  /// taking it as days alone leaves a whole number of days there were no months; else as many months as fit are assumed.
  init(microDuration total: Int64) {
    let sign: Int64 = total < 0 ? -1 : 1
    var rest = total.magnitude
    let month: UInt64 = 2_629_800_000_000
    let day = UInt64(CivilTime.microsPerDay)
    if rest % day != 0 && rest >= month {
      let count = Int64(rest / month)
      years = sign * (count / 12)
      months = sign * (count % 12)
      rest %= month
    }
    days = sign * Int64(rest / day)
    rest %= day
    hours = sign * Int64(rest / 3_600_000_000)
    minutes = sign * Int64(rest / 60_000_000 % 60)
    micros = sign * Int64(rest % 60_000_000)
  }
}

extension JSONWriter {
  /// Appends `P1Y2M3DT4H5M6.789S`: all fields, also those that are zero.
  mutating func isoInterval(_ fields: IntervalFields) {
    for (value, unit) in [
      (fields.years, "Y" as StaticString), (fields.months, "M"), (fields.days, "DT"), (fields.hours, "H"), (fields.minutes, "M"),
    ] {
      if unit.utf8Start[0] == UInt8(ascii: "Y") { raw(UInt8(ascii: "P")) }
      integer(value)
      raw(unit)
    }
    if fields.micros < 0 { raw(UInt8(ascii: "-")) }
    let magnitude = Int64(fields.micros.magnitude)
    integer(magnitude / 1_000_000)
    var fraction = magnitude % 1_000_000
    if fraction != 0 {
      var digits = 6
      while fraction % 10 == 0 {
        fraction /= 10
        digits -= 1
      }
      raw(UInt8(ascii: "."))
      padded(fraction, width: digits)
    }
    raw(UInt8(ascii: "S"))
  }
}
