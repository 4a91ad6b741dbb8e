/// Looks at a partition over the last minute, from which its trend is told. Pure: time is told.
public struct LagHistory: Sendable {
  private struct Look: Sendable {
    var time: Int64
    var position: Int64
    var end: Int64
  }

  /// A catch-up that would take longer is no estimate.
  private static let longestEstimate: Double = 86_400
  /// A rate from a shorter time than this is noise.
  private static let shortest: Int64 = 900
  /// More looks than this are thinned out.
  private static let capacity = 64

  private let span: Int64
  private var looks: [Look] = []

  /// Knows nothing yet.
  /// - Parameter seconds: how far back it looks. Default 60.
  public init(seconds: Int64 = 60) {
    span = seconds * 1000
  }

  /// At `now`, ms since 1970, the next offset is `position`, and the partition ends at `end`.
  public mutating func observed(position: Int64, end: Int64, now: Int64) {
    if let last = looks.last, position < last.position || end < last.end || now < last.time {
      // Thrown back, or made anew: what was before has no bearing.
      looks = []
    }
    if looks.count > 1, now - looks[looks.count - 2].time < span / Int64(Self.capacity) { looks.removeLast() }
    looks.append(Look(time: now, position: position, end: end))
    // One look older than the span stays, so that what is told covers all of it.
    while looks.count > 2, now - looks[1].time >= span { looks.removeFirst() }
  }

  /// Forgets everything.
  public mutating func reset() {
    looks = []
  }

  /// The trend with `lag` records left now.
  public func trend(lag: Int64) -> LagTrend {
    guard let first = looks.first, let last = looks.last, last.time - first.time >= Self.shortest else {
      var trend = LagTrend.unknown
      if lag == 0 {
        trend.direction = .caughtUp
        trend.catchUpSeconds = 0
      }
      return trend
    }
    let seconds = Double(last.time - first.time) / 1000
    let consumed = Double(last.position - first.position) / seconds
    let produced = Double(last.end - first.end) / seconds
    let growth = produced - consumed
    // Less than a hundredth of the lag in a minute is not worth a word.
    let worth = max(0.05, Double(lag) / 6000)
    let direction: LagTrend.Direction =
      lag == 0 ? .caughtUp : growth < -worth ? .shrinking : growth > worth ? .growing : .steady
    var catchUp: Double? = lag == 0 ? 0 : nil
    if direction == .shrinking {
      let estimate = Double(lag) / -growth
      if estimate <= Self.longestEstimate { catchUp = estimate }
    }
    return LagTrend(
      direction: direction, recordsPerSecond: growth, consumedPerSecond: consumed, producedPerSecond: produced, catchUpSeconds: catchUp)
  }
}
