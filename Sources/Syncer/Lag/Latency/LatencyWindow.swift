/// Durations of the last minutes and of the whole run. Pure: time is told.
///
/// Two halves of a window take turns: what is shown covers at least half of it and at most all of it.
struct LatencyWindow: Sendable {
  private let half: Int64
  private var current = LatencyHistogram()
  private var previous = LatencyHistogram()
  private(set) var total = LatencyHistogram()
  private var turnedAt: Int64

  /// - Parameters:
  ///   - seconds: the window's length.
  ///   - now: ms since 1970.
  init(seconds: Int64, now: Int64) {
    half = seconds * 500
    turnedAt = now
  }

  mutating func record(microseconds: Int64, now: Int64) {
    turn(now)
    current.record(microseconds: microseconds)
    total.record(microseconds: microseconds)
  }

  mutating func recent(now: Int64) -> LatencySummary {
    turn(now)
    var both = previous
    both.merge(current)
    return both.summary
  }

  private mutating func turn(_ now: Int64) {
    guard now - turnedAt >= half else { return }
    previous = now - turnedAt >= 2 * half ? LatencyHistogram() : current
    current = LatencyHistogram()
    turnedAt = now
  }
}
