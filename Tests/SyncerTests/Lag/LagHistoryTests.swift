import Testing

@testable import Syncer

@Suite struct LagHistoryTests {
  /// A look a second, with so many records arriving and applied in each.
  private func trend(seconds: Int, produced: Int64, consumed: Int64, lag: Int64) -> LagTrend {
    var history = LagHistory()
    for second in 0...seconds {
      let position = Int64(second) * consumed
      history.observed(position: position, end: 100_000 + Int64(second) * produced, now: Int64(second) * 1000)
    }
    return history.trend(lag: lag)
  }

  @Test func lagThatShrinksEndsInTime() {
    let trend = trend(seconds: 30, produced: 100, consumed: 600, lag: 10_000)
    #expect(trend.direction == .shrinking)
    #expect(trend.consumedPerSecond == 600)
    #expect(trend.producedPerSecond == 100)
    #expect(trend.recordsPerSecond == -500)
    #expect(trend.catchUpSeconds == 20)
  }

  @Test func lagThatGrowsOrStaysHasNoEnd() {
    let growing = trend(seconds: 30, produced: 600, consumed: 100, lag: 10_000)
    #expect(growing.direction == .growing)
    #expect(growing.catchUpSeconds == nil)
    let steady = trend(seconds: 30, produced: 500, consumed: 500, lag: 10_000)
    #expect(steady.direction == .steady)
    #expect(steady.catchUpSeconds == nil)
  }

  @Test func anEstimateOfMoreThanADayIsNone() {
    let trend = trend(seconds: 60, produced: 0, consumed: 1, lag: 5_000)
    #expect(trend.direction == .shrinking)
    #expect(trend.catchUpSeconds == 5_000)
    #expect(self.trend(seconds: 60, produced: 0, consumed: 40, lag: 200_000).catchUpSeconds == 5_000)
    #expect(self.trend(seconds: 60, produced: 0, consumed: 2, lag: 10_000).catchUpSeconds == 5_000)
    #expect(self.trend(seconds: 60, produced: 3, consumed: 5, lag: 200_000).catchUpSeconds == nil)
  }

  @Test func aShortLookSaysNothing() {
    #expect(LagHistory().trend(lag: 5) == .unknown)
    #expect(trend(seconds: 0, produced: 1, consumed: 1, lag: 5) == .unknown)
    #expect(LagHistory().trend(lag: 0).direction == .caughtUp)
  }

  @Test func noLagIsCaughtUpWhateverTheRates() {
    let trend = trend(seconds: 10, produced: 100, consumed: 100, lag: 0)
    #expect(trend.direction == .caughtUp)
    #expect(trend.catchUpSeconds == 0)
  }

  @Test func onlyTheLastMinuteCounts() {
    var history = LagHistory()
    for second in 0..<300 { history.observed(position: Int64(second), end: 1_000_000, now: Int64(second) * 1000) }
    for second in 300..<400 { history.observed(position: 299 + Int64(second - 299) * 50, end: 1_000_000, now: Int64(second) * 1000) }
    #expect(abs(history.trend(lag: 5000).consumedPerSecond - 50) < 0.001)
  }

  @Test func aRewindBeginsAnew() {
    var history = LagHistory()
    history.observed(position: 1000, end: 1000, now: 0)
    history.observed(position: 0, end: 1000, now: 10_000)
    #expect(history.trend(lag: 1000) == .unknown)
    history.observed(position: 100, end: 1000, now: 20_000)
    #expect(history.trend(lag: 900).consumedPerSecond == 10)
  }
}
