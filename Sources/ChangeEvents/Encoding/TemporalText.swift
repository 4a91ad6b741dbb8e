/// Reads what PostgreSQL prints for dates and times under `DateStyle=ISO`.
enum TemporalText {
  /// A date, or one of the infinities.
  enum Special { case none, infinity, minusInfinity }

  static func special(_ text: UnsafeRawBufferPointer) -> Special {
    guard text.count == 8 || text.count == 9 else { return .none }
    if text.equals("infinity") { return .infinity }
    return text.equals("-infinity") ? .minusInfinity : .none
  }

  /// `2024-02-29`, `0044-03-15 BC`: days since 1970.
  static func days(_ text: UnsafeRawBufferPointer) -> Int64? {
    var reader = ByteReader(text)
    guard let date = date(&reader) else { return nil }
    let year = takeBC(&reader) ? 1 - date.year : date.year
    guard reader.isAtEnd else { return nil }
    return CivilTime.days(year: year, month: date.month, day: date.day)
  }

  /// `12:34:56.789012`: microseconds since midnight, up to `24:00:00`.
  static func micros(time text: UnsafeRawBufferPointer) -> Int64? {
    var reader = ByteReader(text)
    guard let nanos = clock(&reader), reader.isAtEnd else { return nil }
    return nanos / 1000
  }

  /// `12:34:56.789+09`, `+05:30`, `-00:01:15`: microseconds since midnight there, and the offset in seconds.
  static func zonedTime(_ text: UnsafeRawBufferPointer) -> (micros: Int64, offset: Int64)? {
    var reader = ByteReader(text)
    guard let nanos = clock(&reader), let offset = offset(&reader), reader.isAtEnd else { return nil }
    return (nanos / 1000, offset)
  }

  /// `2024-02-29 12:34:56.789012`, with `zoned` followed by an offset, both perhaps by ` BC`: the moment in UTC.
  static func moment(_ text: UnsafeRawBufferPointer, zoned: Bool) -> CivilTime.Moment? {
    var reader = ByteReader(text)
    guard let date = date(&reader), reader.take(UInt8(ascii: " ")), let nanos = clock(&reader) else { return nil }
    var offset: Int64 = 0
    if zoned {
      guard let given = self.offset(&reader) else { return nil }
      offset = given
    }
    let year = takeBC(&reader) ? 1 - date.year : date.year
    guard reader.isAtEnd else { return nil }
    return CivilTime.Moment(
      days: CivilTime.days(year: year, month: date.month, day: date.day), micros: nanos / 1000 - offset * 1_000_000)
  }

  static func date(_ reader: inout ByteReader) -> (year: Int64, month: Int64, day: Int64)? {
    guard let year = reader.number(max: 7), reader.take(UInt8(ascii: "-")), let month = reader.two(), reader.take(UInt8(ascii: "-")),
      let day = reader.two(), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return (year, month, day)
  }

  /// Hours, minutes, seconds and a fraction, in nanoseconds.
  static func clock(_ reader: inout ByteReader) -> Int64? {
    guard let hour = reader.two(), reader.take(UInt8(ascii: ":")), let minute = reader.two(), reader.take(UInt8(ascii: ":")),
      let second = reader.two(), let fraction = reader.fractionNanos(), hour <= 24, minute < 60, second <= 60
    else { return nil }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
  }

  /// `+HH`, `+HH:MM` or `+HH:MM:SS` in seconds.
  private static func offset(_ reader: inout ByteReader) -> Int64? {
    let negative = reader.take(UInt8(ascii: "-"))
    guard negative || reader.take(UInt8(ascii: "+")), let hours = reader.two() else { return nil }
    var seconds = hours * 3600
    if reader.take(UInt8(ascii: ":")) {
      guard let minutes = reader.two() else { return nil }
      seconds += minutes * 60
      if reader.take(UInt8(ascii: ":")) {
        guard let rest = reader.two() else { return nil }
        seconds += rest
      }
    }
    return negative ? -seconds : seconds
  }

  private static func takeBC(_ reader: inout ByteReader) -> Bool { reader.take(" BC") }
}
