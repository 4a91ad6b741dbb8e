import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Syncer

@Suite struct SignalTests {
  private final class Counts: Sendable {
    let rounds = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
  }

  @Test func aSignalBetweenLookingAndWaitingIsNotMissed() async {
    let signal = Signal()
    let seen = signal.version
    signal.signal()
    await signal.wait(after: seen)
    #expect(signal.version == seen + 1)
  }

  @Test func waitsEndAtTheirLimit() async {
    let signal = Signal()
    await signal.wait(after: signal.version, atMost: .milliseconds(1))
    #expect(signal.version == 0)
  }

  /// A cancelled task runs its handler under a lock that resuming it takes, too: whoever resumes under a lock of the handler's would stop
  /// two threads for ever, and a machine of two processors has no others to run tasks on. The signals come from a thread of their own, so
  /// that one is left to report it.
  @Test func signalsAndCancelledWaitsNeverHoldEachOtherUp() async throws {
    let signal = Signal()
    let counts = Counts()
    Thread.detachNewThread {
      while !counts.isOver.load(ordering: .relaxed) {
        // Not at once again: those who are to be cancelled must have begun to wait.
        let pause = ContinuousClock.now + .microseconds(Int.random(in: 0..<200))
        while ContinuousClock.now < pause {}
        signal.signal()
      }
    }
    Task {
      for _ in 0..<1000 {
        let waiting = (0..<50).map { _ in Task { await signal.wait(after: signal.version, atMost: .seconds(60)) } }
        await Task.yield()
        for task in waiting { task.cancel() }
        for task in waiting { await task.value }
        counts.rounds.add(1, ordering: .relaxed)
      }
    }
    defer { counts.isOver.store(true, ordering: .relaxed) }
    try await eventually(within: .seconds(30), "all waits have ended") { counts.rounds.load(ordering: .relaxed) == 1000 }
  }
}
