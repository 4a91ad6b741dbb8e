/// Reads the ISO 8601 texts that Java writes: `2024-02-29Z`, `12:34:56.789Z`, `+10000-01-01T00:00:00Z`, `-0043-03-15T00:00:00Z`.
enum ISOText {
  static func days(_ text: UnsafeRawBufferPointer) -> Int64? {
    var reader = ByteReader(text)
    guard let days = date(&reader), reader.take(UInt8(ascii: "Z")), reader.isAtEnd else { return nil }
    return days
  }

  static func micros(time text: UnsafeRawBufferPointer) -> Int64? {
    var reader = ByteReader(text)
    guard let nanos = TemporalText.clock(&reader), reader.take(UInt8(ascii: "Z")), reader.isAtEnd else { return nil }
    return nanos / 1000
  }

  static func moment(_ text: UnsafeRawBufferPointer) -> CivilTime.Moment? {
    var reader = ByteReader(text)
    guard let days = date(&reader), reader.take(UInt8(ascii: "T")), let nanos = TemporalText.clock(&reader),
      reader.take(UInt8(ascii: "Z")), reader.isAtEnd
    else { return nil }
    return CivilTime.Moment(days: days, micros: nanos / 1000)
  }

  private static func date(_ reader: inout ByteReader) -> Int64? {
    let negative = reader.take(UInt8(ascii: "-"))
    if !negative { _ = reader.take(UInt8(ascii: "+")) }
    guard let date = TemporalText.date(&reader) else { return nil }
    let days = CivilTime.days(year: negative ? -date.year : date.year, month: date.month, day: date.day)
    // The 30th of February would become a day of March without a word.
    return CivilTime.date(days: days).day == date.day ? days : nil
  }
}
