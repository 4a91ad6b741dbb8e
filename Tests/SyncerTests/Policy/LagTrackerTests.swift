import Kafka
import Testing

@testable import Syncer

@Suite struct LagTrackerTests {
  private let p = TopicPartition(topic: "t", partition: 0)
  private let hour: Int64 = 3_600_000

  private func tracker(position: Int64? = 100, high: Int64? = nil) -> LagTracker {
    var tracker = LagTracker()
    tracker.assign(p, position: position, now: 0)
    if let high { tracker.observed(p, highWatermark: high, now: 0) }
    return tracker
  }

  @Test func nothingIsSaidBeforeItIsKnown() {
    #expect(tracker().lags(now: 0).isEmpty)
    #expect(tracker(position: nil, high: 5).lags(now: 0).isEmpty)
    #expect(LagTracker().lags(now: 0).isEmpty)
  }

  @Test func caughtUpIsZero() {
    let lag = tracker(high: 100).lags(now: 5 * hour)
    #expect(lag == [PartitionLag(partition: p, position: 100, highWatermark: 100, records: 0, seconds: 0)])
  }

  @Test func theSecondsAreTheAgeOfTheNextRecord() {
    var tracker = tracker(high: 110)
    tracker.fetched(p, offset: 100, timestamp: 7_000)
    tracker.fetched(p, offset: 105, timestamp: 9_000)
    #expect(tracker.lags(now: 10_000).map(\.seconds) == [3])
    tracker.applied(p, next: 105, timestamp: 8_500, now: 10_000)
    let lag = tracker.lags(now: 10_000)
    #expect(lag.map(\.records) == [5])
    #expect(lag.map(\.seconds) == [1])
  }

  @Test func aRecordAfterHoursOfIdlenessIsAsOldAsItIs() {
    var tracker = tracker(high: 101)
    tracker.fetched(p, offset: 100, timestamp: 0)
    tracker.applied(p, next: 101, timestamp: 0, now: 10)
    tracker.observed(p, highWatermark: 101, now: 2 * hour)
    // One more is there, not fetched yet: it came after the last look.
    tracker.observed(p, highWatermark: 102, now: 2 * hour + 1000)
    #expect(tracker.lags(now: 2 * hour + 1000).map(\.seconds) == [1])
  }

  @Test func withoutAnyRecordTheAgeCountsFromTheAssignment() {
    #expect(tracker(high: 200).lags(now: 4_000).map(\.seconds) == [4])
  }

  @Test func clocksThatDisagreeGiveNoNegativeAge() {
    var tracker = tracker(high: 101)
    tracker.fetched(p, offset: 100, timestamp: 9_000)
    #expect(tracker.lags(now: 1_000).map(\.seconds) == [0])
  }

  @Test func recordsWithoutATimestampGiveNoAstronomicalAge() {
    var tracker = tracker(high: 102)
    tracker.fetched(p, offset: 100, timestamp: -1)
    tracker.applied(p, next: 101, timestamp: -1, now: 1_000)
    #expect(tracker.lags(now: 2_000).map(\.seconds) == [2])
  }

  @Test func aPositionBeyondTheLastKnownEndIsNoNegativeLag() {
    var tracker = tracker(high: 100)
    tracker.applied(p, next: 150, timestamp: 1, now: 1)
    #expect(tracker.lags(now: 1) == [PartitionLag(partition: p, position: 150, highWatermark: 150, records: 0, seconds: 0)])
  }

  @Test func revokedPartitionsAreForgotten() {
    var tracker = tracker(high: 200)
    tracker.remove([p])
    tracker.fetched(p, offset: 1, timestamp: 1)
    tracker.observed(p, highWatermark: 3, now: 1)
    #expect(tracker.lags(now: 1).isEmpty)
  }
}
