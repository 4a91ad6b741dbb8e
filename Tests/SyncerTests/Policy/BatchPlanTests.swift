import Testing

@testable import Syncer

/// Plays a plan against a sink that refuses certain records, and writes down what happened.
private struct Play {
  var plan: BatchPlan
  var applied: [Int] = []
  var deadLettered: [Int] = []
  var ranges: [Range<Int>] = []
  var waits = 0
  var steps = 0

  init(count: Int, excluded: Set<Int> = [], retry: RetryPolicy = RetryPolicy(maxAttempts: 3)) {
    plan = BatchPlan(
      count: count, excluded: excluded, retry: retry, isolation: RetryPolicy(maxAttempts: 2), sinkRetry: .untilItIsBack)
  }

  /// - Parameter refuse: the failure of applying these records, nil where they are applied.
  mutating func run(limit: Int = 1000, _ refuse: ([Int]) -> FailureVerdict?) {
    while steps < limit {
      steps += 1
      switch plan.step {
      case .finished: return
      case .wait:
        waits += 1
        plan.waited()
      case .deadLetter(let index, _):
        deadLettered.append(index)
        plan.deadLettered()
      case .apply(let range):
        let records = range.filter { !plan.excluded.contains($0) }
        if let verdict = refuse(records) {
          plan.failed(verdict, random: 0.5)
        } else {
          applied += records
          ranges.append(range)
          plan.succeeded()
        }
      }
    }
    Issue.record("the plan does not come to an end")
  }
}

private let permanent = FailureVerdict(.permanent, "refused", errorName: "Refused")
private let transient = FailureVerdict(.transient, "busy", errorName: "Busy")
private let down = FailureVerdict(.sinkDown, "away", errorName: "Away")

@Suite struct BatchPlanTests {
  @Test func aGoodBatchIsOneTransaction() {
    var play = Play(count: 100)
    play.run { _ in nil }
    #expect(play.ranges == [0..<100])
    #expect(play.waits == 0)
  }

  @Test func anEmptyBatchIsFinished() {
    #expect(Play(count: 0).plan.step == .finished)
  }

  @Test(arguments: [[0], [99], [50], [3, 4], [0, 99], [10, 11, 12, 13, 70], Array(0..<100)])
  func recordsAtFaultAreFoundByHalving(poison: [Int]) {
    var play = Play(count: 100)
    play.run { records in records.contains(where: poison.contains) ? permanent : nil }
    #expect(play.deadLettered == poison)
    #expect(play.applied == (0..<100).filter { !poison.contains($0) })
    // Offsets move over everything, in order, without a gap.
    #expect(play.ranges.flatMap(Array.init) == Array(0..<100))
  }

  @Test func halvingIsLogarithmic() {
    var play = Play(count: 1024)
    play.run { records in records.contains(700) ? permanent : nil }
    #expect(play.steps <= 2 * 10 + 4)
  }

  @Test(arguments: [[0], [99], [50], [3, 4, 5], [0, 99]])
  func namedRecordsAreNotSearchedFor(poison: [Int]) {
    var play = Play(count: 100)
    play.run { records in
      poison.first(where: records.contains).map { FailureVerdict(.poison(index: $0), "this one", errorName: "RecordFailure") }
    }
    #expect(play.deadLettered == poison)
    #expect(play.applied == (0..<100).filter { !poison.contains($0) })
    #expect(play.ranges.flatMap(Array.init) == Array(0..<100))
    #expect(play.ranges.count <= poison.count + 1)
  }

  @Test func anIndexOutsideOfTheBatchIsSearchedForInstead() {
    var play = Play(count: 8)
    play.run { records in records.contains(5) ? FailureVerdict(.poison(index: 80), "that one", errorName: "RecordFailure") : nil }
    #expect(play.deadLettered == [5])
  }

  @Test func whatPassesByItselfIsTriedAgain() {
    var play = Play(count: 10)
    var failures = 2
    play.run { _ in
      defer { failures -= 1 }
      return failures > 0 ? transient : nil
    }
    #expect(play.waits == 2)
    #expect(play.plan.retries == 2)
    #expect(play.ranges == [0..<10])
    #expect(play.deadLettered.isEmpty)
  }

  @Test func whatNeverPassesIsIsolatedWhenTheAttemptsAreUsedUp() {
    var play = Play(count: 10)
    play.run { records in records.contains(4) ? transient : nil }
    #expect(play.deadLettered == [4])
    #expect(play.applied == [0, 1, 2, 3, 5, 6, 7, 8, 9])
  }

  @Test func aSinkThatIsDownIsWaitedForAndNobodyIsBlamed() {
    var play = Play(count: 10)
    var failures = 500
    play.run(limit: 2000) { _ in
      failures -= 1
      return failures > 0 ? down : nil
    }
    #expect(play.waits == 499)
    #expect(play.deadLettered.isEmpty)
    #expect(play.ranges == [0..<10])
  }

  @Test func theSinkGoesDownInTheMiddleOfHalving() {
    var play = Play(count: 16)
    var calls = 0
    play.run { records in
      calls += 1
      if calls % 3 == 0 { return down }
      return records.contains(9) ? permanent : nil
    }
    #expect(play.deadLettered == [9])
    #expect(play.applied == (0..<16).filter { $0 != 9 })
  }

  @Test func excludedRecordsAreMovedPastAndNeverApplied() {
    var play = Play(count: 6, excluded: [0, 2, 5])
    play.run { _ in nil }
    #expect(play.applied == [1, 3, 4])
    #expect(play.ranges == [0..<6])
  }

  @Test func aBatchWithNothingToApplyThatFailsIsTheSinksFault() {
    var play = Play(count: 3, excluded: [0, 1, 2])
    var failures = 4
    play.run { _ in
      failures -= 1
      return failures > 0 ? permanent : nil
    }
    #expect(play.deadLettered.isEmpty)
    #expect(play.waits == 3)
  }

  @Test func aDeadLetterIsAskedForAgainUntilItIsAcknowledged() {
    var plan = BatchPlan(count: 1, excluded: [], retry: RetryPolicy(), isolation: RetryPolicy(), sinkRetry: .untilItIsBack)
    plan.failed(permanent, random: 0)
    #expect(plan.step == .deadLetter(0, permanent))
    #expect(plan.step == .deadLetter(0, permanent))
    plan.deadLettered()
    // The offset still has to move past it.
    #expect(plan.step == .apply(0..<1))
    #expect(plan.excluded == [0])
    plan.succeeded()
    #expect(plan.step == .finished)
  }
}
