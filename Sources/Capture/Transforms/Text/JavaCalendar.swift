/// `java.util.GregorianCalendar` in UTC: the Julian calendar until 4 October 1582, the Gregorian one from the day after, the 15th.
enum JavaCalendar {
  struct Date: Hashable, Sendable {
    /// Astronomical: 0 is 1 BC.
    var year: Int64
    /// 1 to 12.
    var month: Int64
    var day: Int64
  }

  /// 15 October 1582, days since 1970-01-01.
  private static let cutover: Int64 = -141_427

  static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
  }

  static func date(days: Int64) -> Date {
    // Counted in years that begin in March, so that the leap day is the last.
    let year: Int64
    let dayOfYear: Int64
    if days >= cutover {
      let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
      let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
      year = yearOfEra + era * 400
      dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    } else {
      let z = days + 719_470
      year = floorDivide(4 * z + 3, 1461).quotient
      dayOfYear = z - floorDivide(1461 * year, 4).quotient
    }
    let month = (5 * dayOfYear + 2) / 153
    return Date(
      year: year + (month >= 10 ? 1 : 0), month: month + (month < 10 ? 3 : -9), day: dayOfYear - (153 * month + 2) / 5 + 1)
  }

  /// Days since 1970-01-01. A month beyond 12 is one of a later year, a day beyond the month's last one of a later month.
  static func days(_ date: Date) -> Int64 {
    let (years, month) = floorDivide(date.month - 1, 12)
    let year = date.year + years - (month < 2 ? 1 : 0)
    let dayOfYear = (153 * (month + (month < 2 ? 10 : -2)) + 2) / 5
    let (era, yearOfEra) = floorDivide(year, 400)
    let gregorian = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468 + date.day - 1
    if gregorian >= cutover { return gregorian }
    return 365 * year + floorDivide(year, 4).quotient + dayOfYear - 719_470 + date.day - 1
  }

  static func firstDay(ofYear year: Int64) -> Int64 { days(Date(year: year, month: 1, day: 1)) }

  /// 1 is Sunday.
  static func weekday(days: Int64) -> Int64 { floorDivide(days + 4, 7).remainder + 1 }

  /// The week of a period that began on `first`; weeks begin on Sundays, and the first may have one day (as in the United States).
  static func week(of days: Int64, since first: Int64) -> Int64 { (days - first + weekday(days: first) - 1) / 7 + 1 }

  /// The year to which a day's week belongs, and the week.
  static func weekOfYear(days: Int64) -> (year: Int64, week: Int64) {
    let year = date(days: days).year
    let next = firstDay(ofYear: year + 1)
    // The week that holds 1 January is the first one of its year.
    if days >= next - (weekday(days: next) - 1) { return (year + 1, 1) }
    return (year, week(of: days, since: firstDay(ofYear: year)))
  }
}
