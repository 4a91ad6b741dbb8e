#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// PostgreSQL's ISO text of timestamps, both ways, without a formatter. Days are counted in the proleptic Gregorian calendar, as PostgreSQL does.
///
/// Source of the calendar arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
enum TimestampText {
  /// Seconds from 1970 to PostgreSQL's epoch 2000-01-01.
  static let postgresEpoch: Int64 = 946_684_800

  /// `2026-01-31 12:00:00.123456+00`, with ` BC` where it belongs.
  static func format(_ date: Date) -> String {
    let interval = date.timeIntervalSince1970
    // Beyond what PostgreSQL can hold (4713 BC to 294276 AD) there is only infinity.
    guard interval.isFinite, interval > -210_866_803_200, interval < 9_224_318_016_000 else {
      return interval < 0 ? "-infinity" : "infinity"
    }
    let microseconds = Int64((interval * 1_000_000).rounded())
    let seconds = microseconds.floorDivided(by: 1_000_000)
    let days = seconds.floorDivided(by: 86_400)
    let (year, month, day) = civil(days: days)
    let rest = seconds - days * 86_400
    let displayed = year > 0 ? year : 1 - year
    return
      "\(padded(displayed, 4))-\(padded(month, 2))-\(padded(day, 2)) \(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
      + ".\(padded(microseconds - seconds * 1_000_000, 6))+00\(year > 0 ? "" : " BC")"
  }

  /// Reads `date`, `timestamp` and `timestamptz` texts; nil for anything else, infinity included.
  static func parse(_ text: UnsafeRawBufferPointer) -> Date? {
    parts(text).map { Date(timeIntervalSince1970: Double($0.seconds) + Double($0.microseconds) / 1_000_000) }
  }

  /// Reads a `timestamp` or `timestamptz` text as the server counts: microseconds since 2000, and the first and the last number for infinities.
  /// nil for anything else, and for what the server has no number for.
  static func serverMicroseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
    if text.elementsEqual("infinity".utf8) { return .max }
    if text.elementsEqual("-infinity".utf8) { return .min }
    // From 4714 BC to 294276.
    guard let (seconds, microseconds) = parts(text), (-210_866_803_200..<9_224_318_016_000).contains(seconds) else { return nil }
    return (seconds - postgresEpoch) * 1_000_000 + microseconds
  }

  /// Seconds since 1970, and the microseconds that follow them.
  private static func parts(_ text: UnsafeRawBufferPointer) -> (seconds: Int64, microseconds: Int64)? {
    var reader = Reader(bytes: text)
    guard var year = reader.number(), reader.take("-"), let month = reader.number(), reader.take("-"), let day = reader.number(),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds: Int64 = 0
    var microseconds: Int64 = 0
    if reader.take(" ") || reader.take("T") {
      if !reader.atMark("B") {
        guard let hour = reader.number(), reader.take(":"), let minute = reader.number(), reader.take(":"), let second = reader.number()
        else { return nil }
        seconds = hour * 3600 + minute * 60 + second
        if reader.take(".") {
          guard let fraction = reader.fraction() else { return nil }
          microseconds = fraction
        }
        guard let offset = reader.offset() else { return nil }
        seconds -= offset
        _ = reader.take(" ")
      }
    }
    if reader.take("B") {
      guard reader.take("C") else { return nil }
      year = 1 - year
    }
    guard reader.isAtEnd else { return nil }
    return (days(year: year, month: month, day: day) * 86_400 + seconds, microseconds)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
  }

  static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.floorDivided(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var index = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    func atMark(_ mark: Unicode.Scalar) -> Bool { index < bytes.count && bytes[index] == UInt8(ascii: mark) }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
      guard atMark(mark) else { return false }
      index += 1
      return true
    }

    mutating func number() -> Int64? {
      var value: Int64 = 0
      let start = index
      while index < bytes.count, index - start < 9, (48...57).contains(bytes[index]) {
        value = value * 10 + Int64(bytes[index] - 48)
        index += 1
      }
      return index > start ? value : nil
    }

    mutating func fraction() -> Int64? {
      let start = index
      guard var value = number(), index - start <= 6 else { return nil }
      for _ in (index - start)..<6 { value *= 10 }
      return value
    }

    /// Seconds east of Greenwich: `+02`, `-03:30`, `+00:19:32`, or nothing.
    mutating func offset() -> Int64? {
      let sign: Int64
      if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return take("Z") ? 0 : 0 }
      guard let hours = number() else { return nil }
      var total = hours * 3600
      if take(":") {
        guard let minutes = number() else { return nil }
        total += minutes * 60
        if take(":") {
          guard let seconds = number() else { return nil }
          total += seconds
        }
      }
      return sign * total
    }
  }
}

extension FixedWidthInteger {
  /// Division that rounds towards minus infinity.
  func floorDivided(by divisor: Self) -> Self {
    let quotient = self / divisor
    return (self % divisor != 0) && ((self < 0) != (divisor < 0)) ? quotient - 1 : quotient
  }
}
