internal import Synchronization

/// A wish to stop, given once; any number of tasks may wait for it.
final class StopSignal: Sendable {
  private struct State {
    var isTriggered = false
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  var isTriggered: Bool { state.withLock { $0.isTriggered } }

  func trigger() {
    let waiters = state.withLock { state in
      state.isTriggered = true
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when the signal is given, or when the task is cancelled.
  func wait() async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        // The task may have been cancelled before it got here: the handler found no waiter then, so it is looked at under the lock.
        let isDone = state.withLock { state in
          if state.isTriggered || Task.isCancelled { return true }
          state.waiters[id] = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }

  /// Runs `body` until the signal is given: then it is cancelled and nil is returned.
  func interrupting<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T? {
    if isTriggered { return nil }
    return try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        await self.wait()
        return nil
      }
      defer { group.cancelAll() }
      let first = try await group.next() ?? nil
      try Task.checkCancellation()
      return first
    }
  }

  /// Sleeps, at most until the signal is given.
  func sleep(for duration: Duration) async throws {
    _ = try await interrupting { try await Task.sleep(for: duration) }
  }
}
