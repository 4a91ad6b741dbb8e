import Testing

@testable import Syncer

@Suite struct RetryPolicyTests {
  @Test func theCeilingDoublesUpToTheCap() {
    let policy = RetryPolicy(initialDelay: .milliseconds(100), multiplier: 2, maxDelay: .seconds(1), maxAttempts: 5)
    let ceilings = (1...6).map { policy.ceiling(after: $0) }
    #expect(ceilings == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .seconds(1), .seconds(1)])
  }

  @Test func theCeilingStaysAtTheCapForever() {
    let policy = RetryPolicy(initialDelay: .milliseconds(250), maxDelay: .seconds(10), maxAttempts: nil)
    #expect(policy.ceiling(after: 1_000_000) == .seconds(10))
    #expect(policy.ceiling(after: .max) == .seconds(10))
    #expect(RetryPolicy(initialDelay: .seconds(1), multiplier: 1).ceiling(after: .max) == .seconds(1))
  }

  @Test func jitterTakesAnyPartOfTheCeiling() {
    let policy = RetryPolicy(initialDelay: .milliseconds(100))
    #expect(policy.delay(after: 1, random: 0) == .zero)
    #expect(policy.delay(after: 1, random: 0.5) == .milliseconds(50))
    #expect(policy.delay(after: 1, random: 1) == .milliseconds(100))
    #expect(policy.delay(after: 1, random: 7) == .milliseconds(100))
    #expect(policy.delay(after: 1, random: -1) == .zero)
  }

  @Test func attemptsRunOut() {
    let policy = RetryPolicy(maxAttempts: 3)
    #expect((1...4).map(policy.isExhausted) == [false, false, true, true])
    #expect(!RetryPolicy.untilItIsBack.isExhausted(after: .max))
    #expect(RetryPolicy(maxAttempts: 0).maxAttempts == 1)
  }

  @Test func nonsenseIsMovedToTheNearestSense() {
    let policy = RetryPolicy(initialDelay: .seconds(-1), multiplier: 0.1, maxDelay: .seconds(-5))
    #expect(policy.ceiling(after: 3) == .zero)
    #expect(RetryPolicy(multiplier: .nan).multiplier == 2)
  }
}
