internal import Synchronization

/// Where a paused capture waits: batches do not pass while it is closed. Any number of tasks may wait.
final class PauseGate: Sendable {
  private struct State {
    var isClosed = false
    /// A stop has been asked for: nothing is held back any more, so that what was read can be delivered.
    var isOpenForGood = false
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  var isClosed: Bool { state.withLock { $0.isClosed } }

  func close() { state.withLock { if !$0.isOpenForGood { $0.isClosed = true } } }

  func open() { release(forGood: false) }

  func openForGood() { release(forGood: true) }

  private func release(forGood: Bool) {
    let waiters = state.withLock { state in
      state.isClosed = false
      state.isOpenForGood = state.isOpenForGood || forGood
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns once the gate is open.
  ///
  /// - Throws: `CancellationError`.
  func pass() async throws {
    // Reopened and closed again before this task ran: it waits again.
    while isClosed {
      await wait()
      try Task.checkCancellation()
    }
  }

  private func wait() async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        // The handler may have run before there was a waiter: hence the second look under the lock.
        let isDone = state.withLock { state in
          if !state.isClosed || Task.isCancelled { return true }
          state.waiters[id] = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
