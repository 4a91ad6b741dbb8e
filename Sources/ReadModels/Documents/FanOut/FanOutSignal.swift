internal import Synchronization

/// Wakes the worker of this process when a batch has left a task. Nothing is lost with it: the tasks themselves stand in the database.
final class FanOutSignal: Sendable {
  private struct State {
    var isRaised = false
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  /// A task was stored, in a transaction that is not committed yet.
  func raise() {
    state.withLock { state in
      state.isRaised = state.waiters.isEmpty
      for waiter in state.waiters.values { waiter.resume() }
      state.waiters = [:]
    }
  }

  /// Returns when ``raise()`` was called since the last time, after `limit`, or when the task is cancelled.
  ///
  /// - Returns: whether it was raised.
  func wait(atMost limit: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await self.raised()
        return !Task.isCancelled
      }
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }

  private func raised() async {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if state.isRaised || Task.isCancelled {
            state.isRaised = false
            continuation.resume()
          } else {
            state.waiters[number] = continuation
          }
        }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number)?.resume() }
    }
  }
}
