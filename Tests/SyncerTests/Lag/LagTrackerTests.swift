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

  /// What was fetched together: timestamps in ms by offset.
  private func run(_ times: KeyValuePairs<Int64, Int64>, committed: [Int64: Int64] = [:]) -> WaitingRecords {
    let records = times.map { RecordTimes(offset: $0.key, timestamp: $0.value, committed: committed[$0.key]) }
    return WaitingRecords(records, end: (records.last?.offset ?? 0) + 1)
  }

  @Test func nothingIsSaidBeforeItIsKnown() {
    #expect(tracker().lags(now: 0).isEmpty)
    #expect(tracker(position: nil, high: 5).lags(now: 0).isEmpty)
    #expect(LagTracker().lags(now: 0).isEmpty)
  }

  @Test func caughtUpIsZero() {
    let lag = tracker(high: 100).lags(now: 5 * hour)
    #expect(lag.map(\.records) == [0])
    #expect(lag.map(\.seconds) == [0])
    #expect(lag.map(\.commitSeconds) == [0])
    #expect(lag.map(\.trend.direction) == [.caughtUp])
    #expect(lag.map(\.status) == [.ok])
  }

  @Test func theSecondsAreTheAgeOfTheNextRecord() {
    var tracker = tracker(high: 110)
    tracker.fetched(p, run([100: 7_000, 101: 7_500, 102: 8_500]))
    tracker.fetched(p, run([103: 9_000]))
    #expect(tracker.lags(now: 10_000).map(\.seconds) == [3])
    // In the midst of what was fetched together.
    tracker.applied(p, next: 101, timestamp: 7_000, now: 10_000)
    #expect(tracker.lags(now: 10_000).map(\.seconds) == [2.5])
    tracker.applied(p, next: 103, timestamp: 8_500, now: 10_000)
    let lag = tracker.lags(now: 10_000)
    #expect(lag.map(\.records) == [7])
    #expect(lag.map(\.seconds) == [1])
  }

  @Test func aRecordAfterHoursOfIdlenessIsAsOldAsItIs() {
    var tracker = tracker(high: 101)
    tracker.fetched(p, run([100: 0]))
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
    tracker.fetched(p, run([100: 9_000]))
    #expect(tracker.lags(now: 1_000).map(\.seconds) == [0])
  }

  @Test func recordsWithoutATimestampGiveNoAstronomicalAge() {
    var tracker = tracker(high: 102)
    tracker.fetched(p, run([100: -1]))
    tracker.applied(p, next: 101, timestamp: -1, now: 1_000)
    #expect(tracker.lags(now: 2_000).map(\.seconds) == [2])
  }

  @Test func aPositionBeyondTheLastKnownEndIsNoNegativeLag() {
    var tracker = tracker(high: 100)
    tracker.applied(p, next: 150, timestamp: 1, now: 1)
    let lag = tracker.lags(now: 1)
    #expect(lag.map(\.position) == [150])
    #expect(lag.map(\.highWatermark) == [150])
    #expect(lag.map(\.records) == [0])
  }

  @Test func revokedPartitionsAreForgotten() {
    var tracker = tracker(high: 200)
    tracker.remove([p])
    tracker.fetched(p, run([1: 1]))
    tracker.observed(p, highWatermark: 3, now: 1)
    #expect(tracker.lags(now: 1).isEmpty)
  }

  @Test func theAgeByCommitIsThatOfTheSource() {
    var tracker = tracker(high: 102)
    tracker.fetched(p, run([100: 7_000, 101: 8_000], committed: [100: 2_000, 101: 3_000]))
    #expect(tracker.lags(now: 10_000).map(\.commitSeconds) == [8])
    tracker.applied(p, next: 101, timestamp: 7_000, now: 10_000)
    #expect(tracker.lags(now: 10_000).map(\.commitSeconds) == [7])
    tracker.applied(p, next: 102, timestamp: 8_000, now: 10_000)
    #expect(tracker.lags(now: 10_000).map(\.commitSeconds) == [0])
  }

  @Test func recordsThatTellNoCommitCountByTheirTimestamp() {
    var tracker = tracker(high: 101)
    tracker.fetched(p, run([100: 7_000]))
    #expect(tracker.lags(now: 10_000).map(\.commitSeconds) == [3])
  }

  @Test func theMarkerOfATransactionIsNoLag() {
    var tracker = tracker(high: 102)
    tracker.fetched(p, run([100: 7_000]))
    tracker.reachedEnd(p, at: 102, now: 9_000)
    #expect(tracker.lags(now: 10_000).map(\.records) == [2])
    tracker.applied(p, next: 101, timestamp: 7_000, now: 10_000)
    #expect(tracker.lags(now: 20_000).map(\.records) == [0])
    #expect(tracker.lags(now: 20_000).map(\.seconds) == [0])
    // The next record came after the end was reached, whatever the timestamp before.
    tracker.observed(p, highWatermark: 104, now: 30_000)
    #expect(tracker.lags(now: 31_000).map(\.records) == [2])
    #expect(tracker.lags(now: 31_000).map(\.seconds) == [21])
  }

  @Test func anAbortedTransactionIsNoLag() {
    var tracker = tracker(high: 150)
    tracker.reachedEnd(p, at: 150, now: 9_000)
    #expect(tracker.lags(now: 10_000).map(\.records) == [0])
  }

  @Test func whatCompactionHasRemovedIsNoLag() {
    var tracker = tracker(high: 1000)
    tracker.fetched(p, run([990: 7_000, 999: 8_000]))
    #expect(tracker.lags(now: 10_000).map(\.records) == [10])
    #expect(tracker.lags(now: 10_000).map(\.seconds) == [3])
  }

  @Test func theEndThatWasReachedIsForgottenWhenThePartitionIsReset() {
    var tracker = tracker(high: 150)
    tracker.reachedEnd(p, at: 150, now: 1)
    tracker.positioned(p, at: 0)
    #expect(tracker.lags(now: 2).map(\.records) == [150])
  }

  @Test func anAgeOfDecadesIsNone() {
    let now: Int64 = 1_700_000_000_000
    var tracker = LagTracker()
    tracker.assign(p, position: 100, now: now - 4_000)
    tracker.observed(p, highWatermark: 101, now: now)
    // Seconds instead of milliseconds.
    tracker.fetched(p, run([100: 1_699_999_000]))
    #expect(tracker.lags(now: now).map(\.seconds) == [4])
  }

  @Test func aLongRunIsThinnedOutAndExactAtItsEnds() throws {
    let records = (0..<1000).map {
      ChangeRecord(record: ConsumerRecord(topic: "t", partition: 0, offset: 100 + Int64($0), timestamp: Int64($0)), content: .tombstone)
    }
    #expect(try #require(WaitingRecords(records)).known.count <= 256)
    var tracker = tracker(high: 1100)
    tracker.fetched(p, records)
    #expect(tracker.lags(now: 10_000).map(\.seconds) == [10])
    #expect(tracker.lags(now: 10_000).map(\.records) == [1000])
    tracker.applied(p, next: 600, timestamp: 499, now: 10_000)
    #expect(tracker.lags(now: 10_000).map(\.records) == [500])
    #expect(abs(try #require(tracker.lags(now: 10_000).first).seconds - 9.5) <= 0.004)
    tracker.applied(p, next: 1100, timestamp: 999, now: 10_000)
    #expect(tracker.lags(now: 10_000).map(\.seconds) == [0])
  }

  @Test func whoStandsStillWhileWorkingStallsAndWhoDoesNotWorkStops() {
    var working = LagTracker(window: LagWindow(spacing: 6_000, minimumSilence: 30_000))
    working.assign(p, position: 100, now: 0)
    working.observed(p, highWatermark: 200, now: 0)
    var resting = working
    for second in Int64(0)..<120 {
      working.sample(now: second * 1000) { _ in .committing }
      resting.sample(now: second * 1000) { _ in .resting }
    }
    #expect(working.lags(now: 120_000).map(\.status) == [.stall])
    #expect(working.lags(now: 120_000).map(\.complete) == [1])
    #expect(resting.lags(now: 120_000).map(\.status) == [.stop])
    working.observed(p, highWatermark: 100, now: 121_000)
    #expect(working.lags(now: 121_000).map(\.status) == [.ok])
  }

  @Test func whoWaitsForADueTimeNeitherStallsNorStopsAndIsGivenTimeAfterwards() {
    var tracker = LagTracker(window: LagWindow(spacing: 6_000, minimumSilence: 30_000))
    tracker.assign(p, position: 100, now: 0)
    tracker.observed(p, highWatermark: 200, now: 0)
    for second in Int64(0)..<120 { tracker.sample(now: second * 1000) { _ in .nothingDue } }
    #expect(tracker.lags(now: 120_000).map(\.status) == [.ok])
    #expect(tracker.lags(now: 120_000).map(\.records) == [100])
    for second in Int64(120)..<150 { tracker.sample(now: second * 1000) { _ in .committing } }
    #expect(tracker.lags(now: 150_000).map(\.status) == [.ok])
    for second in Int64(150)..<240 { tracker.sample(now: second * 1000) { _ in .committing } }
    #expect(tracker.lags(now: 240_000).map(\.status) == [.stall])
  }
}
