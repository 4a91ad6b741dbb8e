/// Dates of the proleptic Gregorian calendar and clocks, by integers alone.
enum CivilTime {
  static let microsPerDay: Int64 = 86_400_000_000

  /// Debezium's days for `infinity` and `-infinity` in a `date` (-5877611-06-21 and -22, an artefact of its JDBC driver).
  static let infinityDays = days(year: -5_877_611, month: 6, day: 21)
  static let minusInfinityDays = days(year: -5_877_611, month: 6, day: 22)
  /// Debezium's microseconds for `infinity` and `-infinity` in a `timestamp`.
  static let infinityMicros: Int64 = 9_223_372_036_825_200_000
  static let minusInfinityMicros: Int64 = -9_223_372_036_832_400_000

  /// The days that a `date` of PostgreSQL can be: 4714-11-24 BC to 5874897-12-31.
  static let postgresDates: ClosedRange<Int64> = -2_440_588...2_145_042_905
  /// The days that a `timestamp` of PostgreSQL can be in: until 294276-12-31.
  static let postgresTimestamps: ClosedRange<Int64> = -2_440_588...106_762_939

  /// Days since 1970-01-01 (Howard Hinnant's `days_from_civil`).
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Year, month and day of a number of days since 1970-01-01 (`civil_from_days`).
  static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * mp + 2) / 5 + 1
    let month = mp + (mp < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// A moment as days since 1970-01-01 and microseconds of that day. PostgreSQL's last years have no place in 64 bits of
  /// microseconds since 1970, but they have here.
  struct Moment: Hashable {
    var days: Int64
    var micros: Int64

    /// Normalises: `micros` may be any number.
    init(days: Int64, micros: Int64) {
      let (carry, rest) = floorDivide(micros, microsPerDay)
      self.days = days + carry
      self.micros = rest
    }

    init(micros: Int64) { self.init(days: 0, micros: micros) }

    /// Microseconds since 1970, nil if 64 bits do not hold them.
    var microsSince1970: Int64? {
      // Before 1970 counted back from the end of the day, whose beginning may have no place in 64 bits.
      let (whole, part) = days < 0 ? (days + 1, micros - microsPerDay) : (days, micros)
      let (product, overflow) = whole.multipliedReportingOverflow(by: microsPerDay)
      let (sum, beyond) = product.addingReportingOverflow(part)
      return overflow || beyond ? nil : sum
    }
  }

  /// Division that rounds towards the past.
  @inline(__always)
  static func floorDivide(_ value: Int64, _ by: Int64) -> (quotient: Int64, remainder: Int64) {
    var (quotient, remainder) = value.quotientAndRemainder(dividingBy: by)
    if remainder < 0 {
      quotient -= 1
      remainder += by
    }
    return (quotient, remainder)
  }
}
