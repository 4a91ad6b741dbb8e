import Testing

@testable import Syncer

/// What Burrow itself is tested with (`core/internal/evaluator/caching_test.go`, by its numbers), and the examples of its wiki page
/// "Consumer Lag Evaluation Rules".
@Suite struct LagRulesTests {
  struct Example: CustomTestStringConvertible {
    var name: String
    var offsets: [Int64]
    var lags: [Int64?]
    /// Seconds; where there is one only, the distance of commits, from 100 on.
    var times: [Int64] = []
    var ends: [Int64]
    var lag: Int64
    var now: Int64
    var allowed: Int64 = 0
    var status: LagStatus

    var testDescription: String { name }

    var commits: [LagSample] {
      offsets.indices.map { index in
        LagSample(offset: offsets[index], time: times.isEmpty ? Int64(index + 1) * 100_000 : times[index], lag: lags[index])
      }
    }
  }

  private static let steps: [Int64] = [1000, 2000, 3000, 4000, 5000]
  private static let still: [Int64] = [1000, 1000, 1000, 1000, 1000]
  private static let slow: [Int64] = (0..<15).map { 792_748_079 + $0 }
  private static let slowTimes: [Int64] = [
    618_356, 619_362, 620_366, 621_367, 622_370, 623_373, 624_378, 625_379, 626_383, 627_383, 628_383, 629_388, 630_391, 631_394, 632_397,
  ].map { 1_512_224_000_000 + $0 }
  private static let noLag: [Int64?] = .init(repeating: 0, count: 15)
  private static let ten: [Int64] = (1...10).map { $0 * 10 }
  private static let minutes: [Int64] = (0..<10).map { $0 * 60_000 }

  static let examples: [Example] = [
    Example(name: "0: no lag somewhere", offsets: steps, lags: [0, 50, 100, 150, 200], ends: [5200], lag: 200, now: 600, status: .ok),
    Example(
      name: "1: silent for as long as the window, not longer", offsets: steps, lags: [0, 50, 100, 150, 200], ends: [5200], lag: 200,
      now: 900, status: .ok),
    Example(
      name: "2: silent for longer, though there once was no lag", offsets: steps, lags: [0, 50, 100, 150, 200], ends: [5200], lag: 200,
      now: 1000, status: .stop),
    Example(
      name: "3: silent for longer, and lag throughout", offsets: steps, lags: [50, 100, 150, 200, 250], ends: [5250], lag: 250, now: 1000,
      status: .stop),
    Example(
      name: "4: stands still since there was no lag", offsets: still, lags: [0, 50, 100, 150, 200], ends: [1200], lag: 200, now: 600,
      status: .ok),
    Example(
      name: "5: stands still, and lag throughout", offsets: still, lags: [100, 150, 200, 250, 300], ends: [1300], lag: 300, now: 600,
      status: .stall),
    Example(
      name: "6: stands still with a lag that does, too", offsets: still, lags: [100, 100, 100, 100, 100], ends: [1100], lag: 100, now: 600,
      status: .stall),
    Example(
      name: "7: went back and has returned", offsets: [1000, 2000, 3000, 2000, 4000], lags: [100, 150, 200, 1250, 300], ends: [4300],
      lag: 300, now: 600, status: .ok),
    Example(
      name: "8: silent, and no lag now", offsets: steps, lags: [50, 100, 150, 200, 250], ends: [5250], lag: 0, now: 1000, status: .ok),
    Example(
      name: "9: silent, had no lag at each commit, and has now", offsets: slow, lags: noLag, times: slowTimes,
      ends: [792_749_024, 792_749_000, 792_748_800, 792_748_600, 792_748_500], lag: 931, now: 1_512_224_650, status: .stop),
    Example(
      name: "10: silent, and something came just now", offsets: slow, lags: noLag, times: slowTimes,
      ends: [792_748_094, 792_748_093, 792_748_093, 792_748_093], lag: 1, now: 1_512_224_650, status: .ok),
    Example(
      name: "11: as 0, with commits whose lag is not known", offsets: [1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500],
      lags: [0, nil, 50, nil, 100, nil, 150, nil, 200, nil],
      times: [100_000, 150_000, 200_000, 250_000, 300_000, 350_000, 400_000, 450_000, 500_000, 550_000], ends: [5700], lag: 200, now: 600,
      status: .ok),
    Example(
      name: "12: silent, with a lag that is allowed", offsets: [1000, 2000, 2000], lags: [2, 1, 1], ends: [2001], lag: 1, now: 550,
      allowed: 1, status: .ok),
    Example(
      name: "13: as 5, with some lag allowed", offsets: still, lags: [100, 150, 200, 250, 300], ends: [1300], lag: 300, now: 600,
      allowed: 99, status: .stall),
    Example(
      name: "14: as 7, with some lag allowed", offsets: [1000, 2000, 3000, 2000, 4000], lags: [100, 150, 200, 1250, 300], ends: [4300],
      lag: 300, now: 600, allowed: 99, status: .ok),
    Example(
      name: "15: went back and has not returned", offsets: [1000, 2000, 3000, 2000, 2500], lags: [100, 150, 200, 1250, 300], ends: [4300],
      lag: 300, now: 600, status: .rewind),
    Example(
      name: "wiki 1: no lag in the window", offsets: ten, lags: [0, 0, 0, 0, 0, 0, 1, 3, 5, 5], times: minutes, ends: [105], lag: 5,
      now: 600, status: .ok),
    Example(
      name: "wiki 2: commits the same offset, and lag grows", offsets: .init(repeating: 10, count: 10),
      lags: [1, 1, 1, 1, 1, 2, 2, 2, 3, 3], times: minutes, ends: [13], lag: 3, now: 600, status: .stall),
    Example(
      name: "wiki 3: gets on, and lag never shrinks", offsets: ten, lags: [1, 1, 1, 1, 1, 2, 2, 2, 3, 3], times: minutes, ends: [103],
      lag: 3, now: 600, status: .warn),
    Example(
      name: "wiki 4: lag shrinks somewhere, and the commits have ended", offsets: ten, lags: [5, 3, 5, 2, 1, 1, 2, 1, 4, 6], times: minutes,
      ends: [106], lag: 6, now: 1200, status: .stop),
    Example(
      name: "wiki 5: lag shrinks somewhere", offsets: ten, lags: [5, 3, 5, 2, 1, 1, 2, 1, 4, 6], times: minutes, ends: [106], lag: 6,
      now: 600, status: .ok),
  ]

  @Test(arguments: examples) func theRulesAreBurrows(_ example: Example) {
    let status = LagRules.status(
      commits: example.commits, recentEnds: example.ends, lag: example.lag, now: example.now * 1000, allowedLag: example.allowed)
    #expect(status == example.status)
  }

  private func status(_ offsets: [Int64], _ lags: [Int64?], lag: Int64) -> LagStatus {
    let commits = offsets.indices.map { LagSample(offset: offsets[$0], time: Int64($0) * 1000, lag: lags[$0]) }
    return LagRules.status(commits: commits, recentEnds: [], lag: lag, now: Int64(offsets.count) * 1000)
  }

  /// Burrow's pull request 716: thrown back to the beginning where there had been no lag, and working through it again.
  @Test func aRewindFromNoLagIsARewind() {
    #expect(status([1000, 1000, 0, 100, 200], [0, 0, 1000, 900, 800], lag: 800) == .rewind)
  }

  /// Burrow looks at the first rewind alone, which has recovered here.
  @Test func aSecondRewindIsARewindToo() {
    #expect(status([100, 50, 100, 300, 20], [10, 60, 10, 10, 300], lag: 300) == .rewind)
  }

  @Test func oneCommitSaysNothingOfWhatMoves() {
    let one = [LagSample(offset: 10, time: 0, lag: 5)]
    func status(_ commits: [LagSample], now: Int64) -> LagStatus {
      LagRules.status(commits: commits, recentEnds: [], lag: 5, now: now, minimumSilence: 30_000)
    }
    #expect(status([], now: 60_000) == .ok)
    #expect(status(one, now: 29_000) == .ok)
    #expect(status(one, now: 30_000) == .stop)
  }

  @Test func aGroupIsAsItsWorstPartition() {
    #expect(LagStatus.ofGroup([]) == .ok)
    #expect(LagStatus.ofGroup([.ok, .warn]) == .warn)
    for bad in [LagStatus.stop, .stall, .rewind] { #expect(LagStatus.ofGroup([.ok, bad, .warn]) == .error) }
  }
}
