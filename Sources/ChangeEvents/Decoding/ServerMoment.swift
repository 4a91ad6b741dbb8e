/// A value of `timestamp` or `timestamptz`.
enum ServerMoment: Hashable {
  case infinity
  case minusInfinity
  /// One that PostgreSQL knows.
  case at(CivilTime.Moment)

  /// nil for a moment that PostgreSQL does not know.
  init?(_ moment: CivilTime.Moment) {
    guard CivilTime.postgresTimestamps.contains(moment.days) else { return nil }
    self = .at(moment)
  }

  /// As ``BinaryValue/moment(_:)`` counts.
  var binary: Int64 {
    switch self {
    case .infinity: .max
    case .minusInfinity: .min
    // 10,957 days from 1970 to 2000; from there, all that PostgreSQL knows has its place in 64 bits.
    case .at(let moment): (moment.days - 10_957) * CivilTime.microsPerDay + moment.micros
    }
  }

  /// Appends what PostgreSQL prints.
  func append(zoned: Bool, to text: inout [UInt8]) {
    switch self {
    case .infinity: text.append(contentsOf: "infinity".utf8)
    case .minusInfinity: text.append(contentsOf: "-infinity".utf8)
    case .at(let moment): PostgresText.timestamp(moment, zoned: zoned, to: &text)
    }
  }
}
