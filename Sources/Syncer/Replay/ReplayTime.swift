/// Times and durations as Apache Kafka's tools take them.
public enum ReplayTime {
  /// Reads `2026-03-01T12:00:00.000`, with `Z`, `+01:00`, `+0100` or nothing (UTC) behind it, `2026-03-01`, or a number since 1970: seconds
  /// up to eleven digits, milliseconds above. nil for anything else.
  ///
  /// - Returns: milliseconds since 1970.
  public static func milliseconds(parsing text: String) -> Int64? {
    if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      guard let number = Int64(text) else { return nil }
      return text.utf8.count <= 11 ? number * 1000 : number
    }
    var reader = Reader(text)
    guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"), let day = reader.digits(2),
      let days = days(year, month, day)
    else { return nil }
    var milliseconds = days * 86_400_000
    if reader.isAtEnd { return milliseconds }
    guard reader.take("T") || reader.take(" "), let hour = reader.digits(2), hour < 24, reader.take(":"), let minute = reader.digits(2),
      minute < 60
    else { return nil }
    milliseconds += (hour * 60 + minute) * 60_000
    if reader.take(":") {
      guard let second = reader.digits(2), second < 60 else { return nil }
      milliseconds += second * 1000
      if reader.take(".") {
        guard let fraction = reader.fraction() else { return nil }
        milliseconds += fraction
      }
    }
    if reader.isAtEnd || reader.take("Z") { return reader.isAtEnd ? milliseconds : nil }
    let sign: Int64 = reader.take("-") ? -1 : 1
    guard sign == -1 || reader.take("+"), let hours = reader.digits(2), hours < 24 else { return nil }
    _ = reader.take(":")
    guard let minutes = reader.digits(2), minutes < 60, reader.isAtEnd else { return nil }
    return milliseconds - sign * (hours * 60 + minutes) * 60_000
  }

  /// Reads an ISO 8601 duration of days, hours, minutes and seconds (`P1DT2H30M`, `PT90S`), as `--by-duration` of Apache Kafka; nil for
  /// anything else.
  ///
  /// - Returns: milliseconds.
  public static func duration(parsing text: String) -> Int64? {
    guard text.hasPrefix("P"), text.count > 2 else { return nil }
    var total: Int64 = 0
    var isTime = false
    var number = ""
    var units: [Character: Int64] = ["D": 86_400_000]
    for character in text.dropFirst() {
      if character == "T", !isTime, number.isEmpty {
        isTime = true
        units = ["H": 3_600_000, "M": 60_000, "S": 1000]
      } else if character.isASCII, character.isNumber {
        number.append(character)
      } else {
        guard let unit = units.removeValue(forKey: character), let count = Int64(number) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        let (sum, sumOverflow) = total.addingReportingOverflow(product)
        guard !overflow, !sumOverflow else { return nil }
        total = sum
        number = ""
      }
    }
    return number.isEmpty && text.last != "T" ? total : nil
  }

  /// Days since 1970. Source: https://howardhinnant.github.io/date_algorithms.html#days_from_civil
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1970, (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1] else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private struct Reader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard let first = rest.first, first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    mutating func digits(_ count: Int) -> Int64? {
      let text = rest.prefix(count)
      guard text.count == count, text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
      rest.removeFirst(count)
      return Int64(String(Substring(text)))
    }

    /// What follows the point, in milliseconds; further digits are cut off.
    mutating func fraction() -> Int64? {
      let text = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !text.isEmpty else { return nil }
      rest.removeFirst(text.count)
      return Int64((String(Substring(text)) + "00").prefix(3))
    }
  }
}
