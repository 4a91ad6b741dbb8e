import Runtime
import Testing

@Suite struct RestartPolicyTests {
  let policy = RestartPolicy(maximumRestarts: 3, initialDelay: .milliseconds(100), cap: .milliseconds(300))

  @Test func aWrongConfigurationIsNotStartedAgain() {
    for code: Int32 in [64, 78] {
      guard case .giveUp(let reason) = policy.decide(exit: .code(code), restarts: 0, jitter: 0) else {
        Issue.record("expected to give up on exit \(code)")
        continue
      }
      #expect(reason.contains("configuration"))
    }
  }

  @Test(arguments: [(0, 0.0, 50), (0, 1.0, 100), (1, 1.0, 200), (2, 1.0, 300), (2, 0.0, 150), (2, 7.0, 300)])
  func theBackOffDoublesIsCappedAndJittered(restarts: Int, jitter: Double, milliseconds: Int) {
    #expect(
      policy.decide(exit: .signal(9), restarts: restarts, jitter: jitter) == .restart(after: .milliseconds(milliseconds)))
  }

  @Test func itGivesUpAfterTheConfiguredNumberInARow() {
    guard case .giveUp(let reason) = policy.decide(exit: .code(1), restarts: 3, jitter: 0) else {
      Issue.record("expected to give up")
      return
    }
    #expect(reason.contains("4 times"))
  }
}
