internal import Synchronization

/// Signals on their way to the task that reads the stream. Bounded; any number of channels feed it, one task takes from it.
final class SignalInbox: Sendable {
  /// How many signals may wait.
  static let capacity = 1024
  /// Bytes of one signal's data.
  static let largestData = 1 << 20

  private struct State {
    var waiting: [CaptureSignal] = []
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

  /// Adds a signal.
  ///
  /// - Returns: false if too many wait already.
  func offer(_ signal: CaptureSignal) -> Bool {
    let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard state.waiting.count < Self.capacity else { return (false, nil) }
      state.waiting.append(signal)
      defer { state.waiter = nil }
      return (true, state.waiter)
    }
    waiter?.resume()
    return isTaken
  }

  /// All that wait, in the order in which they came.
  func take() -> [CaptureSignal] {
    state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
  }

  /// Returns once a signal waits, or the task is cancelled. One task at a time.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let (isDone, other) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
          // A task that was cancelled before it got here found no waiter to resume: it is looked at under the lock.
          if !state.waiting.isEmpty || Task.isCancelled { return (true, nil) }
          defer { state.waiter = continuation }
          return (false, state.waiter)
        }
        other?.resume()
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }?.resume()
    }
  }
}
