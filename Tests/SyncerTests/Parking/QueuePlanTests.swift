import Kafka
import Testing

@testable import Syncer

/// Plays a plan against a queue some of whose records are refused.
private struct QueuePlay {
  var plan: QueuePlan
  var queue: [Int64]
  var applied: [Int64] = []
  var waits = 0
  var steps = 0

  init(_ queue: Range<Int64>, key: ParkedKey, settings: ParkingSettings) {
    self.queue = Array(queue)
    plan = QueuePlan(key, settings: settings, retry: RetryPolicy(maxAttempts: 3))
  }

  /// - Parameter refuse: the verdict on these, nil where they are applied.
  mutating func run(_ refuse: ([Int64]) -> FailureVerdict?) {
    while steps < 1000 {
      steps += 1
      switch plan.step {
      case .apply(let limit):
        let tried = Array(queue.prefix(limit))
        guard let verdict = refuse(tried), let first = tried.first else {
          applied += tried
          queue.removeFirst(tried.count)
          plan.did(queue.isEmpty ? .released(tried.count) : .applied(tried.count))
          continue
        }
        plan.failed(
          count: tried.count, first: QueuePlanTests.record(first, first == QueuePlanTests.failed ? .failed : .behind), verdict,
          isMalformed: false, random: 1)
      case .wait:
        waits += 1
        plan.waited()
      case .park, .leave, .finished:
        return
      }
    }
    Issue.record("the plan does not come to an end")
  }
}

@Suite struct QueuePlanTests {
  static let failed: Int64 = 10

  static func record(_ offset: Int64, _ kind: ParkedRecord.Kind) -> ParkedRecord {
    ParkedRecord(
      record: ConsumerRecord(topic: "t", partition: 0, offset: offset, key: [1], value: nil), kind: kind, isEdited: false, editedValue: nil,
      parkedAt: 0)
  }

  private func key(attempts: Int = 2) -> ParkedKey {
    ParkedKey(
      id: 7, clusterID: "c", group: "g", partition: TopicPartition(topic: "t", partition: 0), key: [1], state: .retrying,
      errorClass: .permanent, errorName: "E", sentence: "s", handler: nil, failedOffset: Self.failed, attempts: attempts, nextAttempt: nil,
      records: 100, bytes: 1, parkedAt: 0)
  }

  private var settings: ParkingSettings {
    var settings = ParkingSettings()
    settings.queueRecords = 16
    return settings
  }

  private let permanent = FailureVerdict(.permanent, "no", errorName: "PostgresError.23514")
  private let transient = FailureVerdict(.transient, "busy", errorName: "PostgresError.55P03")

  @Test func aGoodQueueIsAppliedInPieces() {
    var play = QueuePlay(10..<110, key: key(), settings: settings)
    play.run { _ in nil }
    #expect(play.applied == Array(10..<110))
    #expect(play.plan.step == .finished)
    #expect(play.steps == 8)
  }

  @Test func theFirstOneThatFailsAgainStaysWithOneAttemptMore() {
    var play = QueuePlay(10..<110, key: key(), settings: settings)
    play.run { $0.contains(10) ? permanent : nil }
    #expect(play.applied.isEmpty)
    #expect(
      play.plan.step
        == .park(offset: 10, QueueFailure(errorClass: .permanent, verdict: permanent, attempts: 3, retryAfter: nil), isNew: false))
  }

  @Test(arguments: [11, 25, 26, 27, 63, 109] as [Int64])
  func oneBehindThatFailsParksTheKeyAgainAndThoseBeforeItAreApplied(bad: Int64) {
    var play = QueuePlay(10..<110, key: key(), settings: settings)
    play.run { $0.contains(bad) ? permanent : nil }
    #expect(play.applied == Array(10..<bad))
    #expect(
      play.plan.step
        == .park(offset: bad, QueueFailure(errorClass: .permanent, verdict: permanent, attempts: 0, retryAfter: nil), isNew: true))
  }

  @Test(arguments: [10, 11, 30] as [Int64])
  func aRecordThatIsNamedIsNotSearchedFor(bad: Int64) {
    var play = QueuePlay(10..<110, key: key(), settings: settings)
    play.run { tried in
      tried.firstIndex(of: bad).map { FailureVerdict(.poison(index: $0), "this one", errorName: "RecordFailure") }
    }
    #expect(play.applied == Array(10..<bad))
    guard case .park(let offset, let failure, _) = play.plan.step else {
      Issue.record("\(play.plan.step)")
      return
    }
    #expect(offset == bad)
    #expect(failure.errorClass == .poison)
    #expect(play.steps <= 5)
  }

  @Test func whatMayPassIsTriedAgainAndThenByItselfLater() {
    var play = QueuePlay(10..<20, key: key(), settings: settings)
    play.run { $0.contains(10) ? transient : nil }
    #expect(play.applied.isEmpty)
    #expect(play.waits > 2)
    #expect(
      play.plan.step
        == .park(
          offset: 10, QueueFailure(errorClass: .transient, verdict: transient, attempts: 3, retryAfter: settings.retry.ceiling(after: 4)),
          isNew: false))
  }

  @Test func aSinkThatIsDownLeavesTheKeyAsItIs() {
    var play = QueuePlay(10..<20, key: key(), settings: settings)
    play.run { _ in FailureVerdict(.sinkDown, "away", errorName: "Away") }
    #expect(play.plan.step == .leave)
  }

  @Test func attemptsByItselfComeToAnEnd() {
    var settings = settings
    settings.retry = RetryPolicy(initialDelay: .seconds(1), maxDelay: .seconds(60), maxAttempts: 3)
    let delays = (0..<5).map { settings.retryAfter(transient, attempts: $0, random: 1) }
    #expect(delays == [.seconds(1), .seconds(2), .seconds(4), nil, nil])
    #expect(settings.retryAfter(transient, attempts: 0, random: 0) == .milliseconds(500))
    #expect(settings.retryAfter(permanent, attempts: 0, random: 0) == nil)
  }

  @Test(arguments: [
    (FailureVerdict(.transient, "", errorName: "PostgresError.23503"), true),
    (FailureVerdict(.permanent, "", errorName: "PostgresError.23505"), true),
    (FailureVerdict(.poison(index: 0), "", errorName: "RecordFailure", causeName: "PostgresError.23P01"), true),
    (FailureVerdict(.poison(index: 0), "", errorName: "RecordFailure", causeName: "PostgresError.23502"), false),
    (FailureVerdict(.permanent, "", errorName: "PostgresError.22003"), false),
    (FailureVerdict(.permanent, "", errorName: "Odd"), false),
  ])
  func onlyWhatOthersMayMendIsTriedByItself(verdict: FailureVerdict, expected: Bool) {
    #expect(ParkingSettings.mayPass(verdict) == expected)
  }
}
