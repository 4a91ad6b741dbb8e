internal import Dispatch
internal import Synchronization

/// What one task waits on: a signal from any thread, or a time.
///
/// A signal that comes while nobody waits is kept, so that this interleaving loses nothing: the task finds the queue empty; librdkafka
/// puts a record there and signals; the task begins to wait.
final class WakeUp: Sendable {
  private struct State {
    var isSignalled = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  // SAFETY: dispatch sources are thread safe; this one is resumed in init and cancelled in deinit.
  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init() {
    timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .distantFuture)
    timer.setEventHandler { [weak self] in self?.signal() }
    timer.resume()
  }

  deinit {
    timer.cancel()
  }

  func signal() {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      state.isSignalled = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns at a signal, at `limit` from now, or when the task is cancelled, whichever is first.
  func wait(atMost limit: Duration) async {
    guard limit > .zero else { return }
    timer.schedule(deadline: .now() + .milliseconds(limit.milliseconds), leeway: .milliseconds(1))
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let proceed = state.withLock { state in
          if state.isSignalled { return true }
          state.waiter = continuation
          return false
        }
        if proceed { continuation.resume() }
      }
    } onCancel: {
      signal()
    }
    state.withLock { $0.isSignalled = false }
  }
}
