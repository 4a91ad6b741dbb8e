import Testing

@testable import Syncer

@Suite struct LagWindowTests {
  @Test func theWindowHoldsTheLastTenCommits() {
    var window = LagWindow()
    #expect(window.complete == 0)
    for index in 0..<25 {
      window.committed(LagSample(offset: 7, time: Int64(index) * 1000, lag: index < 15 ? 0 : 5))
      #expect(window.complete == min(Double(index + 1) / 10, 1))
    }
    // The moments without lag have left it.
    #expect(window.status(lag: 5, now: 25_000) == .stall)
  }

  @Test func commitsInQuickSuccessionAreOne() {
    var window = LagWindow(spacing: 6_000)
    for second in 0..<120 { window.committed(LagSample(offset: Int64(second), time: Int64(second) * 1000, lag: 10)) }
    #expect(window.complete == 1)
    #expect(window.last == LagSample(offset: 119, time: 119_000, lag: 10))
    // It spans a minute: a silence of half a minute is no stop, one of two is.
    #expect(window.status(lag: 10, now: 150_000) == .warn)
    #expect(window.status(lag: 10, now: 239_000) == .stop)
  }

  @Test func neitherARewindNorAMomentWithoutLagIsMergedAway() {
    var window = LagWindow(spacing: 10_000)
    window.committed(LagSample(offset: 100, time: 0, lag: 5))
    window.committed(LagSample(offset: 120, time: 1_000, lag: 0))
    window.committed(LagSample(offset: 121, time: 2_000, lag: 9))
    #expect(window.status(lag: 9, now: 2_500) == .ok)
    window.committed(LagSample(offset: 20, time: 3_000, lag: 100))
    window.committed(LagSample(offset: 30, time: 4_000, lag: 90))
    #expect(window.status(lag: 90, now: 4_500) == .rewind)
    window.committed(LagSample(offset: 125, time: 5_000, lag: 5))
    #expect(window.status(lag: 5, now: 5_500) != .rewind)
  }

  @Test func aRecordThatCameAMomentAgoStopsNobody() {
    var window = LagWindow()
    window.committed(LagSample(offset: 9, time: 0, lag: 1))
    window.committed(LagSample(offset: 10, time: 1_000, lag: 0))
    window.observed(end: 10, now: 600_000)
    window.observed(end: 11, now: 601_000)
    #expect(window.status(lag: 1, now: 601_000) == .ok)
    for index in 0..<10 { window.observed(end: 11, now: 602_000 + Int64(index) * 1000) }
    #expect(window.status(lag: 1, now: 612_000) == .stop)
  }
}
