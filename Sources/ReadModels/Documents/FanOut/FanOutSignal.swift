internal import Synchronization

/// Wakes the worker of this process when a batch has left a task. Nothing is lost with it: the tasks themselves stand in the database.
final class FanOutSignal: Sendable {
  private struct State {
    var isRaised = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// A task was stored, in a transaction that is not committed yet.
  func raise() {
    state.withLock { state in
      state.isRaised = state.waiter == nil
      state.waiter?.resume()
      state.waiter = nil
    }
  }

  /// Returns when ``raise()`` was called since the last time, after `limit`, or when the task is cancelled. For one caller at a time.
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
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if state.isRaised || Task.isCancelled {
            state.isRaised = false
            continuation.resume()
          } else {
            state.waiter = continuation
          }
        }
      }
    } onCancel: {
      state.withLock { state in
        state.waiter?.resume()
        state.waiter = nil
      }
    }
  }
}
