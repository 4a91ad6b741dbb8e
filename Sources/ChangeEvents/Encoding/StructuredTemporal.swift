/// `time.precision.mode=structured`: dates and times as objects of their fields, without counting from an epoch.
///
/// Source: `io.debezium.time.StructuredDate`, `StructuredTime`, `StructuredTimestamp`, `StructuredZonedTime`, `StructuredZonedTimestamp` and
/// `StructuredDuration` of Debezium 3.7. Fields that do not apply are null, as JSON converters print a struct; `timetz` keeps its own offset,
/// `timestamptz` goes out in UTC.
enum StructuredTemporal: Sendable, Hashable {
  case date
  case time(precision: Int)
  case timetz(precision: Int)
  case timestamp(precision: Int)
  case timestamptz(precision: Int)
  case interval(precision: Int)

  static let positiveInfinity: StaticString = "POSITIVE_INFINITY"
  static let negativeInfinity: StaticString = "NEGATIVE_INFINITY"

  /// Writes PostgreSQL's text as an object.
  func encode(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    let special = TemporalText.special(text)
    switch self {
    case .date:
      if special != .none { return infinite(special, dateOnly: true, zoned: false, precision: 0, to: &writer) }
      guard let days = TemporalText.days(text) else { throw .malformed("date", "ISO (DateStyle = ISO)") }
      writer.raw("{")
      Self.date(days, to: &writer)
      writer.raw(",\"specialValue\":null}")
    case .time(let precision):
      guard let micros = TemporalText.micros(time: text) else { throw .malformed("time", "hh:mm:ss") }
      writer.raw("{")
      // The end of a day has no place in Debezium's LocalTime: 24:00:00 becomes midnight, as in the other modes.
      Self.clock(micros % CivilTime.microsPerDay, to: &writer)
      Self.end(precision, to: &writer)
    case .timetz(let precision):
      guard let (micros, offset) = TemporalText.zonedTime(text) else { throw .malformed("timetz", "hh:mm:ss+zz") }
      writer.raw("{")
      Self.clock(micros, to: &writer)
      writer.raw(",\"offsetSeconds\":")
      writer.integer(offset)
      Self.end(precision, to: &writer)
    case .timestamp(let precision), .timestamptz(let precision):
      let isZoned = if case .timestamptz = self { true } else { false }
      if special != .none { return infinite(special, dateOnly: false, zoned: isZoned, precision: precision, to: &writer) }
      guard let moment = TemporalText.moment(text, zoned: isZoned) else { throw .malformed("timestamp", "ISO (DateStyle = ISO)") }
      writer.raw("{")
      Self.date(moment.days, to: &writer)
      writer.raw(",")
      Self.clock(moment.micros, to: &writer)
      if isZoned { writer.raw(",\"offsetSeconds\":0,\"zoneId\":\"Z\"") }
      writer.raw(",\"specialValue\":null")
      Self.end(precision, to: &writer)
    case .interval(let precision):
      if special != .none { throw .notRepresentable("an infinite interval has no representation") }
      guard let fields = IntervalFields(postgres: text) else { throw .malformed("interval", "IntervalStyle = postgres") }
      writer.raw("{")
      Self.members(
        [
          ("\"years\":", fields.years), (",\"months\":", fields.months), (",\"days\":", fields.days), (",\"hours\":", fields.hours),
          (",\"minutes\":", fields.minutes), (",\"seconds\":", fields.micros / 1_000_000),
          (",\"nanos\":", fields.micros % 1_000_000 * 1000),
        ], to: &writer)
      Self.end(precision, to: &writer)
    }
  }

  private static func date(_ days: Int64, to writer: inout JSONWriter) {
    let (year, month, day) = CivilTime.date(days: days)
    members([("\"year\":", year), (",\"month\":", month), (",\"day\":", day)], to: &writer)
  }

  private static func clock(_ micros: Int64, to writer: inout JSONWriter) {
    let seconds = micros / 1_000_000
    members(
      [
        ("\"hour\":", seconds / 3600), (",\"minute\":", seconds / 60 % 60), (",\"second\":", seconds % 60),
        (",\"nanos\":", micros % 1_000_000 * 1000),
      ], to: &writer)
  }

  private static func members(_ members: [(StaticString, Int64)], to writer: inout JSONWriter) {
    for (name, value) in members {
      writer.raw(name)
      writer.integer(value)
    }
  }

  private static func end(_ precision: Int, to writer: inout JSONWriter) {
    writer.raw(",\"precision\":")
    writer.integer(Int64(precision))
    writer.raw("}")
  }

  private func infinite(
    _ special: TemporalText.Special, dateOnly: Bool, zoned: Bool, precision: Int, to writer: inout JSONWriter
  ) {
    writer.raw("{\"year\":null,\"month\":null,\"day\":null")
    if !dateOnly { writer.raw(",\"hour\":null,\"minute\":null,\"second\":null,\"nanos\":null") }
    if zoned { writer.raw(",\"offsetSeconds\":null,\"zoneId\":null") }
    writer.raw(",\"specialValue\":\"")
    writer.raw(special == .infinity ? Self.positiveInfinity : Self.negativeInfinity)
    writer.raw("\"")
    if dateOnly { return writer.raw("}") }
    Self.end(precision, to: &writer)
  }

  /// The object of the type's zero.
  var zero: String {
    let text: StaticString =
      switch self {
      case .date: "1970-01-01"
      case .time: "00:00:00"
      case .timetz: "00:00:00+00"
      case .timestamp: "1970-01-01 00:00:00"
      case .timestamptz: "1970-01-01 00:00:00+00"
      case .interval: "00:00:00"
      }
    var writer = JSONWriter(capacity: 192)
    let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    do throws(ColumnEncodingError) { try encode(bytes, to: &writer) } catch { return "null" }
    return String(decoding: writer.copyBytes(), as: UTF8.self)
  }
}
