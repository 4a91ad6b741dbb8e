import Testing

@testable import Syncer

@Suite struct LatencyHistogramTests {
  @Test func emptyHasNoQuantiles() {
    #expect(LatencyHistogram().quantile(0.5) == nil)
    #expect(LatencyHistogram().summary == LatencySummary())
  }

  @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 1000, 123_456, 9_876_543_210] as [Int64])
  func oneValueIsItsOwnQuantile(value: Int64) throws {
    var histogram = LatencyHistogram()
    histogram.record(microseconds: value)
    let seconds = Double(min(value, 1 << 33)) / 1e6
    #expect(try #require(histogram.quantile(0.5)) == seconds)
    #expect(histogram.summary.max == seconds)
  }

  @Test func quantilesAreWithinASixteenth() throws {
    var histogram = LatencyHistogram()
    for value in 1...100_000 { histogram.record(microseconds: Int64(value)) }
    for quantile in [0.01, 0.5, 0.95, 0.99, 1] {
      let exact = quantile * 0.1
      let found = try #require(histogram.quantile(quantile))
      #expect(found >= exact * 0.999 && found <= exact * (1 + 1.0 / 16))
    }
  }

  @Test func negativeDurationsCountAsZero() {
    var histogram = LatencyHistogram()
    histogram.record(microseconds: -5)
    #expect(histogram.quantile(1) == 0)
  }

  @Test func theWindowForgetsAndTheTotalDoesNot() {
    var window = LatencyWindow(seconds: 60, now: 0)
    window.record(microseconds: 1_000_000, now: 0)
    window.record(microseconds: 1_000, now: 30_000)
    #expect(window.recent(now: 30_000).count == 2)
    #expect(window.recent(now: 60_000).count == 1)
    #expect(window.recent(now: 600_000).count == 0)
    #expect(window.total.count == 2)
  }
}
