internal import Synchronization

/// Says that something has changed, to whoever waits for that.
///
/// The one who waits takes ``version``, looks whether what it waits for is already so, and if not waits for a later version: a signal
/// given between looking and waiting is not missed.
///
/// Nobody is resumed under the lock. A cancelled task runs its handler, which takes this lock, while it holds a lock of its own that resuming
/// it takes, too (documentation of `withTaskCancellationHandler`, "Cancellation handlers and locks").
package final class Signal: Sendable {
  private struct State {
    var version: UInt64 = 0
    var lastWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Grows with each signal.
  package var version: UInt64 { state.withLock { $0.version } }

  /// Wakes everybody who waits.
  package func signal() {
    let waiters = state.withLock { state in
      state.version += 1
      defer { state.waiters.removeAll() }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when there is a version later than `version`, when `limit` has passed, or when the task is cancelled.
  package func wait(after version: UInt64, atMost limit: Duration) async {
    guard limit > .zero else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(after: version) }
      group.addTask { try? await Task.sleep(for: limit) }
      _ = await group.next()
      group.cancelAll()
    }
  }

  /// Returns when there is a version later than `version`, or when the task is cancelled.
  package func wait(after version: UInt64) async {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Cancellation before this point has found no waiter to resume, hence the look at the task here, under the lock.
        let isOver = state.withLock { state in
          if state.version > version || Task.isCancelled { return true }
          state.waiters[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
