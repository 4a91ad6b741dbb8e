extension ValueCodec {
  /// Appends dates, times, timestamps and intervals.
  func decodeTemporal(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    switch self {
    case .date(let iso):
      guard let days = iso ? Self.string(view, ISOText.days) : Self.integer(view) else { throw .malformed("date", "days or an ISO date") }
      switch days {
      case CivilTime.infinityDays: text.append(contentsOf: "infinity".utf8)
      case CivilTime.minusInfinityDays: text.append(contentsOf: "-infinity".utf8)
      case CivilTime.postgresDates:
        if PostgresText.date(days: days, to: &text) { text.append(contentsOf: " BC".utf8) }
      default: throw .malformed("date", "a day that PostgreSQL knows")
      }
    case .time(let unit):
      let micros =
        switch unit {
        case .millis: Self.integer(view).map { $0.multipliedClamped(by: 1000) }
        case .micros: Self.integer(view)
        case .nanos: Self.integer(view).map { $0 / 1000 }
        case .iso: Self.string(view, ISOText.micros(time:))
        }
      guard let micros, (0...CivilTime.microsPerDay).contains(micros) else { throw .malformed("time", "a time of one day") }
      PostgresText.time(micros: micros, to: &text)
    case .timetz:
      guard let micros = Self.string(view, ISOText.micros(time:)) else { throw .malformed("timetz", "an ISO time in UTC") }
      PostgresText.time(micros: micros, to: &text)
      text.append(contentsOf: "+00".utf8)
    case .timestamp(let unit): try Self.timestamp(view, unit, to: &text)
    case .timestamptz:
      guard view.kind == .string else { throw .malformed("timestamptz", "an ISO timestamp in UTC") }
      if TemporalText.special(view.bytes) != .none { return text.append(contentsOf: view.bytes) }
      guard let moment = ISOText.moment(view.bytes), CivilTime.postgresTimestamps.contains(moment.days) else {
        throw .malformed("timestamptz", "an ISO timestamp in UTC")
      }
      PostgresText.timestamp(moment, zoned: true, to: &text)
    case .interval(let iso):
      let fields = iso ? Self.string(view, IntervalFields.init(iso:)) : Self.integer(view).map(IntervalFields.init(microDuration:))
      guard let fields else { throw .malformed("interval", "microseconds or an ISO duration") }
      PostgresText.interval(fields, to: &text)
    default: break
    }
  }

  private static func timestamp(_ view: FieldView, _ unit: TimeUnit, to text: inout [UInt8]) throws(ColumnDecodingError) {
    let moment: CivilTime.Moment?
    let infinity: Bool
    let minusInfinity: Bool
    if unit == .iso {
      moment = string(view, ISOText.moment)
      infinity = moment == CivilTime.Moment(micros: CivilTime.infinityMicros)
      minusInfinity = moment == CivilTime.Moment(micros: CivilTime.minusInfinityMicros)
    } else {
      guard let value = integer(view) else { throw .malformed("timestamp", "an integer") }
      switch unit {
      case .millis:
        infinity = value == CivilTime.infinityMicros / 1000
        minusInfinity = value == CivilTime.minusInfinityMicros / 1000
        let (days, millis) = CivilTime.floorDivide(value, 86_400_000)
        moment = CivilTime.Moment(days: days, micros: millis * 1000)
      case .nanos:
        infinity = value == .max
        minusInfinity = value == .min
        moment = CivilTime.Moment(micros: CivilTime.floorDivide(value, 1000).quotient)
      case .micros, .iso:
        infinity = value == CivilTime.infinityMicros
        minusInfinity = value == CivilTime.minusInfinityMicros
        moment = CivilTime.Moment(micros: value)
      }
    }
    if infinity { return text.append(contentsOf: "infinity".utf8) }
    if minusInfinity { return text.append(contentsOf: "-infinity".utf8) }
    guard let moment, CivilTime.postgresTimestamps.contains(moment.days) else { throw .malformed("timestamp", "an ISO timestamp in UTC") }
    PostgresText.timestamp(moment, zoned: false, to: &text)
  }

  private static func integer(_ view: FieldView) -> Int64? { view.kind == .integer ? view.integer : nil }

  private static func string<R>(_ view: FieldView, _ parse: (UnsafeRawBufferPointer) -> R?) -> R? {
    view.kind == .string ? parse(view.bytes) : nil
  }
}
