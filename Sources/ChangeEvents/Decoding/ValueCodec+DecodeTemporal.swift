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
    case .timestamp(let unit):
      guard let moment = Self.moment(view, unit) else {
        guard unit != .iso, view.kind != .integer else { throw .malformed("timestamp", "an ISO timestamp in UTC") }
        throw .malformed("timestamp", "an integer")
      }
      moment.append(zoned: false, to: &text)
    case .timestamptz:
      guard let moment = Self.zonedMoment(view) else { throw .malformed("timestamptz", "an ISO timestamp in UTC") }
      moment.append(zoned: true, to: &text)
    case .interval(let iso):
      let fields = iso ? Self.string(view, IntervalFields.init(iso:)) : Self.integer(view).map(IntervalFields.init(microDuration:))
      guard let fields else { throw .malformed("interval", "microseconds or an ISO duration") }
      PostgresText.interval(fields, to: &text)
    default: break
    }
  }

  /// A `timestamptz`; nil where it is none.
  static func zonedMoment(_ view: FieldView) -> ServerMoment? {
    guard view.kind == .string else { return nil }
    switch TemporalText.special(view.bytes) {
    case .infinity: return .infinity
    case .minusInfinity: return .minusInfinity
    case .none: return ISOText.moment(view.bytes).flatMap(ServerMoment.init)
    }
  }

  /// A `timestamp`; nil where it is none.
  static func moment(_ view: FieldView, _ unit: TimeUnit) -> ServerMoment? {
    if unit == .iso {
      guard let moment = string(view, ISOText.moment) else { return nil }
      if moment == CivilTime.Moment(micros: CivilTime.infinityMicros) { return .infinity }
      return moment == CivilTime.Moment(micros: CivilTime.minusInfinityMicros) ? .minusInfinity : ServerMoment(moment)
    }
    guard let value = integer(view) else { return nil }
    switch unit {
    case .millis:
      if value == CivilTime.infinityMicros / 1000 { return .infinity }
      if value == CivilTime.minusInfinityMicros / 1000 { return .minusInfinity }
      let (days, millis) = CivilTime.floorDivide(value, 86_400_000)
      return ServerMoment(CivilTime.Moment(days: days, micros: millis * 1000))
    case .nanos:
      if value == .max { return .infinity }
      if value == .min { return .minusInfinity }
      return ServerMoment(CivilTime.Moment(micros: CivilTime.floorDivide(value, 1000).quotient))
    case .micros, .iso:
      if value == CivilTime.infinityMicros { return .infinity }
      if value == CivilTime.minusInfinityMicros { return .minusInfinity }
      return ServerMoment(CivilTime.Moment(micros: value))
    }
  }

  private static func integer(_ view: FieldView) -> Int64? { view.kind == .integer ? view.integer : nil }

  private static func string<R>(_ view: FieldView, _ parse: (UnsafeRawBufferPointer) -> R?) -> R? {
    view.kind == .string ? parse(view.bytes) : nil
  }
}
