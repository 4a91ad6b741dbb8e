import Testing

@testable import Syncer

@Suite struct CircuitBreakerTests {
  private let start = ContinuousClock.now
  private let delays = RetryPolicy(initialDelay: .seconds(1), maxDelay: .seconds(8), maxAttempts: nil)

  private func open(threshold: Int = 1) -> CircuitBreaker {
    var breaker = CircuitBreaker(threshold: threshold, delays: delays)
    for _ in 0..<threshold { breaker.failed(now: start, random: 1) }
    return breaker
  }

  @Test func itOpensAfterSoManyFailuresInARow() {
    var breaker = CircuitBreaker(threshold: 3, delays: delays)
    for _ in 0..<2 { breaker.failed(now: start, random: 1) }
    breaker.answered()
    for _ in 0..<2 { breaker.failed(now: start, random: 1) }
    #expect(breaker.phase == .closed)
    #expect(breaker.admit(now: start) == .work)
    breaker.failed(now: start, random: 1)
    #expect(breaker.phase == .open)
    #expect(breaker.admit(now: start) == .wait(.seconds(1)))
  }

  @Test func whileItIsOpenOneAtATimeAsks() {
    var breaker = open()
    #expect(breaker.admit(now: start + .milliseconds(400)) == .wait(.milliseconds(600)))
    #expect(breaker.admit(now: start + .seconds(1)) == .probe)
    #expect(breaker.admit(now: start + .seconds(1)) == .wait(nil))
    breaker.probed(answered: false, now: start + .seconds(1), random: 1)
    #expect(breaker.phase == .open)
    // Twice as long.
    #expect(breaker.admit(now: start + .seconds(1)) == .wait(.seconds(2)))
  }

  @Test func halfOpenOneIsTriedAndDecides() {
    var breaker = open()
    _ = breaker.admit(now: start + .seconds(1))
    breaker.probed(answered: true, now: start + .seconds(1), random: 1)
    #expect(breaker.phase == .halfOpen)
    #expect(breaker.admit(now: start) == .work)
    #expect(breaker.admit(now: start) == .wait(nil))
    var good = breaker
    good.answered()
    #expect(good.phase == .closed)
    #expect(good.admit(now: start) == .work)
    // It answers and takes nothing, as with a full disk: longer than before.
    breaker.failed(now: start, random: 1)
    #expect(breaker.admit(now: start) == .wait(.seconds(2)))
  }

  @Test func delaysGrowToTheCapAndBeginAnewWhenWorkGotThrough() {
    var breaker = open()
    var waits: [CircuitBreaker.Admission] = []
    for _ in 0..<5 {
      waits.append(breaker.admit(now: start))
      _ = breaker.admit(now: start + .seconds(100))
      breaker.probed(answered: false, now: start, random: 1)
    }
    #expect(waits == [1, 2, 4, 8, 8].map { .wait(.seconds($0)) })
    breaker.answered()
    breaker.failed(now: start, random: 0)
    // Jitter takes at most half.
    #expect(breaker.admit(now: start) == .wait(.milliseconds(500)))
  }

  @Test func aTrialThatWasNoneLetsTheNextOneTry() {
    var breaker = open()
    _ = breaker.admit(now: start + .seconds(1))
    breaker.abandoned()
    #expect(breaker.admit(now: start + .seconds(1)) == .probe)
    breaker.probed(answered: true, now: start, random: 1)
    #expect(breaker.admit(now: start) == .work)
    breaker.abandoned()
    #expect(breaker.admit(now: start) == .work)
  }

  @Test func thoseWhoBeganBeforeItOpenedDoNotMakeTheWaitLonger() {
    var breaker = open()
    for _ in 0..<10 { breaker.failed(now: start + .seconds(1), random: 1) }
    #expect(breaker.admit(now: start) == .wait(.seconds(1)))
    // One of them got through after all.
    breaker.answered()
    #expect(breaker.phase == .closed)
  }
}
