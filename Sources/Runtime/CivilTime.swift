/// A moment as year, month, day and time of day, in UTC and the Gregorian calendar.
/// Source: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
public struct CivilTime: Sendable, Hashable {
  /// The year.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int
  /// 0 to 23.
  public let hour: Int
  /// 0 to 59.
  public let minute: Int
  /// 0 to 59.
  public let second: Int
  /// 0 is Sunday.
  public let weekday: Int

  /// The moment so many seconds after 1970 began.
  public init(secondsSince1970 seconds: Int) {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let time = seconds - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    hour = time / 3600
    minute = time / 60 % 60
    second = time % 60
    weekday = ((days + 4) % 7 + 7) % 7
  }

  /// RFC 3339: `2026-03-01T12:00:00.250Z`, the fraction as given, without its point; empty leaves it out.
  public func rfc3339(fraction: String = "") -> String {
    let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    return "\(date)T\(clock)\(fraction.isEmpty ? "" : "." + fraction)Z"
  }

  /// IMF-fixdate of RFC 9110, 5.6.7: `Sun, 01 Mar 2026 12:00:00 GMT`.
  public var httpDate: String {
    let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(weekdays[weekday]), \(Self.padded(day, 2)) \(months[month - 1]) \(Self.padded(year, 4)) \(clock) GMT"
  }

  /// A number with leading zeros.
  public static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private var clock: String { "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))" }
}
