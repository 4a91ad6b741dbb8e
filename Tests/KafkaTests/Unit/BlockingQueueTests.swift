import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Kafka

@Suite struct BlockingQueueTests {
  /// What blocks all at once; ends when it is told, or by itself.
  private final class Blocked: Sendable {
    let count = Atomic<Int>(0)
    private let end = DispatchSemaphore(value: 0)

    func block() {
      count.add(1, ordering: .relaxed)
      _ = end.wait(timeout: .now() + 60)
    }

    func release() { for _ in 0..<count.load(ordering: .relaxed) { end.signal() } }
  }

  /// Far more of them than there are processors, which is how many threads tasks have.
  @Test func callsThatBlockLeaveTasksTheirThreads() async throws {
    let queue = BlockingQueue(label: "test")
    let blocked = Blocked()
    let calls = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<64 { group.addTask { await queue.run { blocked.block() } } }
      }
    }
    defer { blocked.release() }
    try await eventually(within: .seconds(10), "all calls run beside each other") { blocked.count.load(ordering: .relaxed) == 64 }
    blocked.release()
    await calls.value
  }

  @Test func serialCallsWaitForOneAnother() async {
    let queue = BlockingQueue(label: "test", serial: true)
    let running = Running()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { await queue.run { running.once() } } }
    }
    #expect(running.most == 1)
  }

  private final class Running: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func once() {
      state.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
      }
      state.withLock { $0.now -= 1 }
    }
  }
}
