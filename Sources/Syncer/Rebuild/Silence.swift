/// What to do while partitions that are read to an end hand out nothing, neither records nor their end. Pure: ``SpanReader`` asks it.
///
/// Each `quietAfter` the broker is asked for its watermarks, which throws where it does not answer. The first time, the partitions are sought once
/// more from the same place: what ends before its span's end then was cut since the span was taken. Of what has not ended, records may still come,
/// until patience is at its end.
struct Silence {
  enum Step: Equatable {
    case keepReading
    /// Ask the broker, and read on.
    case ask
    /// Ask the broker, and seek the same places again: time counts from there on.
    case seekAgain
    /// Ask the broker; there is nothing more.
    case end
    case giveUp
  }

  /// How long at least a partition may hand out nothing.
  static let patience: Duration = .seconds(60)

  private let quietAfter: Duration
  private var hasSoughtAgain = false
  /// How many times, since.
  private var asked = 0

  init(quietAfter: Duration) { self.quietAfter = quietAfter }

  /// Something came.
  mutating func wasBroken() {
    hasSoughtAgain = false
    asked = 0
  }

  /// - Parameters:
  ///   - elapsed: Since something came, or the places were sought again.
  ///   - isExhausted: Whether the ends of all partitions were reached since they were sought again.
  mutating func step(after elapsed: Duration, isExhausted: Bool) -> Step {
    guard elapsed > quietAfter * (asked + 1) else { return .keepReading }
    guard hasSoughtAgain else {
      hasSoughtAgain = true
      return .seekAgain
    }
    asked += 1
    if isExhausted { return .end }
    return elapsed > max(quietAfter * 12, Self.patience) ? .giveUp : .ask
  }
}
