extension ValueCodec {
  /// Writes dates, times, timestamps and intervals.
  func encodeTemporal(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    switch self {
    case .date(let iso):
      let days: Int64
      switch TemporalText.special(text) {
      case .infinity: days = CivilTime.infinityDays
      case .minusInfinity: days = CivilTime.minusInfinityDays
      case .none:
        guard let parsed = TemporalText.days(text) else { throw .malformed("date", "ISO (DateStyle = ISO)") }
        days = parsed
      }
      guard iso else { return writer.integer(days) }
      writer.raw(UInt8(ascii: "\""))
      writer.isoDate(days: days)
      writer.raw("Z\"")
    case .time(let unit):
      guard let micros = TemporalText.micros(time: text) else { throw .malformed("time", "hh:mm:ss") }
      switch unit {
      case .millis: writer.integer(micros / 1000)
      case .micros: writer.integer(micros)
      case .nanos: writer.integer(micros * 1000)
      case .iso:
        writer.raw(UInt8(ascii: "\""))
        // The end of a day has no text of its own in Debezium: 24:00:00 becomes midnight.
        writer.isoTime(micros: micros % CivilTime.microsPerDay)
        writer.raw("Z\"")
      }
    case .timetz:
      guard let (micros, offset) = TemporalText.zonedTime(text) else { throw .malformed("timetz", "hh:mm:ss+zz") }
      writer.raw(UInt8(ascii: "\""))
      if micros == CivilTime.microsPerDay && offset == 0 {
        writer.raw("24:00:00")
      } else {
        writer.isoTime(micros: CivilTime.floorDivide(micros - offset * 1_000_000, CivilTime.microsPerDay).remainder)
      }
      writer.raw("Z\"")
    case .timestamp(let unit):
      let special = TemporalText.special(text)
      switch special {
      case .infinity: try Self.timestamp(CivilTime.Moment(micros: CivilTime.infinityMicros), unit, special, to: &writer)
      case .minusInfinity: try Self.timestamp(CivilTime.Moment(micros: CivilTime.minusInfinityMicros), unit, special, to: &writer)
      case .none:
        guard let moment = TemporalText.moment(text, zoned: false) else { throw .malformed("timestamp", "ISO (DateStyle = ISO)") }
        try Self.timestamp(moment, unit, special, to: &writer)
      }
    case .timestamptz(let width):
      switch TemporalText.special(text) {
      case .infinity: writer.raw("\"infinity\"")
      case .minusInfinity: writer.raw("\"-infinity\"")
      case .none:
        guard let moment = TemporalText.moment(text, zoned: true) else {
          throw .malformed("timestamptz", "ISO with offset (DateStyle = ISO)")
        }
        writer.raw(UInt8(ascii: "\""))
        writer.isoTimestamp(moment, width: width)
        writer.raw(UInt8(ascii: "\""))
      }
    case .interval(let iso):
      if TemporalText.special(text) != .none { throw .notRepresentable("an infinite interval has no representation") }
      guard let fields = IntervalFields(postgres: text) else {
        throw .malformed("interval", "IntervalStyle = postgres")
      }
      if iso {
        writer.raw(UInt8(ascii: "\""))
        writer.isoInterval(fields)
        writer.raw(UInt8(ascii: "\""))
      } else {
        guard let micros = fields.microDuration else { throw .notRepresentable("an interval exceeds 64 bits of microseconds") }
        writer.integer(micros)
      }
    default: break
    }
  }

  private static func timestamp(
    _ moment: CivilTime.Moment, _ unit: TimeUnit, _ special: TemporalText.Special, to writer: inout JSONWriter
  ) throws(ColumnEncodingError) {
    switch unit {
    case .millis: writer.integer(moment.days * 86_400_000 + moment.micros / 1000)
    case .micros:
      guard let micros = moment.microsSince1970 else {
        throw .notRepresentable("a timestamp exceeds 64 bits of microseconds since 1970")
      }
      writer.integer(micros)
    case .nanos:
      switch special {
      case .infinity: writer.integer(.max)
      case .minusInfinity: writer.integer(.min)
      case .none:
        guard let (nanos, overflow) = moment.microsSince1970?.multipliedReportingOverflow(by: 1000), !overflow else {
          throw .notRepresentable("a timestamp exceeds 64 bits of nanoseconds since 1970")
        }
        writer.integer(nanos)
      }
    case .iso:
      writer.raw(UInt8(ascii: "\""))
      writer.isoTimestamp(moment)
      writer.raw(UInt8(ascii: "\""))
    }
  }
}
