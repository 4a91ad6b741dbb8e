internal import Foundation

extension SimpleDateFormat {
  /// The fields found in a text; the others are those of the beginning of 1970.
  private struct Found {
    var year: Int64 = 1970
    var isBC = false
    var month: Int64 = 1
    var day: Int64 = 1
    var dayOfYear: Int64?
    var hour: Int64 = 0
    var isAfternoon: Bool?
    var minute: Int64 = 0
    var second: Int64 = 0
    var millisecond: Int64 = 0
    /// Minutes ahead of UTC.
    var zone: Int64 = 0

    var milliseconds: Int64? {
      // Far beyond what any calendar needs, and far from overflowing.
      let limit: Int64 = 1_000_000_000
      guard [year, month, day, dayOfYear ?? 0, hour, minute, second, millisecond].allSatisfy({ abs($0) < limit }), abs(year) < 200_000_000
      else { return nil }
      let year = isBC ? 1 - year : year
      let days =
        dayOfYear.map { JavaCalendar.firstDay(ofYear: year) + $0 - 1 } ?? JavaCalendar.days(.init(year: year, month: month, day: day))
      let hour = hour + (isAfternoon == true ? 12 : 0)
      let time = ((hour * 60 + minute - zone) * 60 + second) * 1000 + millisecond
      let (product, overflow) = days.multipliedReportingOverflow(by: LogicalType.millisecondsPerDay)
      let (sum, beyond) = product.addingReportingOverflow(time)
      return overflow || beyond ? nil : sum
    }
  }

  /// The moment that a text's beginning names, milliseconds since 1970; leniently, as Java does: 32 January is 1 February.
  ///
  /// - Returns: nil for a text that does not follow the pattern.
  func milliseconds(_ text: String) -> Int64? {
    var rest = Substring(text)
    var found = Found()
    for (i, item) in items.enumerated() {
      switch item {
      case .literal(let literal):
        guard rest.hasPrefix(literal) else { return nil }
        rest = rest.dropFirst(literal.count)
      case .field(let letter, let count):
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard !rest.isEmpty else { return nil }
        // Fields without anything between them are as wide as the pattern says.
        var isFollowed = false
        if i + 1 < items.count, case .field = items[i + 1] { isFollowed = true }
        guard Self.read(letter, count, width: isFollowed ? count : nil, from: &rest, into: &found) else { return nil }
      }
    }
    return found.milliseconds
  }

  private static func read(
    _ letter: Character, _ count: Int, width: Int?, from rest: inout Substring, into found: inout Found
  ) -> Bool {
    switch letter {
    case "G":
      guard let era = take(["BC", "AD"], from: &rest) else { return false }
      found.isBC = era == 0
      return true
    case "M" where count > 2, "L" where count > 2:
      guard let month = take(months, from: &rest) else { return false }
      found.month = Int64(month) + 1
      return true
    case "E": return take(weekdays, from: &rest) != nil
    case "a":
      guard let half = take(["AM", "PM"], from: &rest) else { return false }
      found.isAfternoon = half == 1
      return true
    case "z", "Z", "X":
      guard let zone = zone(letter, count, from: &rest) else { return false }
      found.zone = zone
      return true
    default: break
    }
    guard let (value, digits) = number(width: width, from: &rest) else { return false }
    switch letter {
    case "y", "Y": found.year = count <= 2 && digits == 2 && value >= 0 ? century(value) : value
    case "M", "L": found.month = value
    case "d": found.day = value
    case "D": found.dayOfYear = value
    case "H": found.hour = value
    case "k": found.hour = value == 24 ? 0 : value
    case "K": found.hour = value
    case "h": found.hour = value == 12 ? 0 : value
    case "m": found.minute = value
    case "s": found.second = value
    case "S": found.millisecond = value
    // Weeks and days of weeks say nothing that the date does not say.
    default: break
    }
    return true
  }

  /// Two digits of a year are one between 80 years ago and 20 years from now.
  private static func century(_ value: Int64) -> Int64 {
    let days = Int64(Date().timeIntervalSince1970 / 86_400)
    let first = JavaCalendar.date(days: days).year - 80
    let year = first / 100 * 100 + value
    return year < first ? year + 100 : year
  }

  private static func number(width: Int?, from rest: inout Substring) -> (value: Int64, digits: Int)? {
    var text = width.map { rest.prefix($0) } ?? rest
    if let width, text.count < width { return nil }
    let isNegative = text.first == "-"
    if isNegative { text = text.dropFirst() }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let value = Int64(digits) else { return nil }
    rest = rest[digits.endIndex...]
    return (isNegative ? -value : value, digits.count)
  }

  /// Takes the longest of the names, or of their first three letters, that the text begins with, in any case.
  private static func take(_ names: [String], from rest: inout Substring) -> Int? {
    for name in [false, true] {
      for (i, full) in names.enumerated() {
        let candidate = name ? String(full.prefix(3)) : full
        if rest.prefix(candidate.count).lowercased() == candidate.lowercased() {
          rest = rest.dropFirst(candidate.count)
          return i
        }
      }
    }
    return nil
  }

  /// Minutes ahead of UTC: `Z` or `+01`, `+0100`, `+01:00` by the pattern's X; else also UTC and GMT, with or without an offset.
  private static func zone(_ letter: Character, _ count: Int, from rest: inout Substring) -> Int64? {
    if letter == "X" {
      if rest.first == "Z" {
        rest = rest.dropFirst()
        return 0
      }
      return offset(minutes: count > 1, colon: count == 3, from: &rest)
    }
    for name in ["UTC", "GMT", "UT"] where rest.prefix(name.count).uppercased() == name {
      rest = rest.dropFirst(name.count)
      guard rest.first == "+" || rest.first == "-" else { return 0 }
      return offset(minutes: true, colon: rest.contains(":"), from: &rest)
    }
    return offset(minutes: true, colon: false, from: &rest)
  }

  private static func offset(minutes: Bool, colon: Bool, from rest: inout Substring) -> Int64? {
    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
    var text = rest.dropFirst()
    func pair() -> Int64? {
      let digits = text.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int64(digits) else { return nil }
      text = text.dropFirst(2)
      return value
    }
    guard let hours = pair() else { return nil }
    var total = hours * 60
    if minutes {
      if colon {
        guard text.first == ":" else { return nil }
        text = text.dropFirst()
      }
      guard let part = pair() else { return nil }
      total += part
    }
    rest = text
    return sign == "-" ? -total : total
  }
}
