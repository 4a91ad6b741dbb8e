internal import Dispatch
internal import Synchronization

/// What one task waits on: a signal from any thread, or a time.
///
/// A signal that comes while nobody waits is kept, so that this interleaving loses nothing: the task finds the queue empty; librdkafka
/// puts a record there and signals; the task begins to wait.
///
/// The timer is left running over many waits, since setting it costs more than all the rest: when it fires, it sets itself anew for
/// whoever waits then.
final class WakeUp: Sendable {
  private struct State {
    var isSignalled = false
    var waiter: CheckedContinuation<Void, Never>?
    var deadline: ContinuousClock.Instant = .now
    /// When the timer will fire; nil if it is not set.
    var alarm: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  // SAFETY: dispatch sources are thread safe; this one is resumed in init and cancelled in deinit.
  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init() {
    timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .distantFuture)
    timer.setEventHandler { [weak self] in self?.fire() }
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

  /// Returns at a signal, at `deadline`, or when the task is cancelled, whichever is first.
  func wait(until deadline: ContinuousClock.Instant) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let proceed = state.withLock { state in
          if state.isSignalled { return true }
          state.waiter = continuation
          state.deadline = deadline
          if let alarm = state.alarm, alarm <= deadline { return false }
          state.alarm = deadline
          // Under the lock: set later, it could take the place of a sooner one.
          setTimer(deadline)
          return false
        }
        if proceed { continuation.resume() }
      }
    } onCancel: {
      signal()
    }
    state.withLock { $0.isSignalled = false }
  }

  private func fire() {
    let now = ContinuousClock.now
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.alarm = nil
      guard let waiter = state.waiter else { return nil }
      guard state.deadline > now else {
        state.waiter = nil
        return waiter
      }
      state.alarm = state.deadline
      setTimer(state.deadline)
      return nil
    }
    waiter?.resume()
  }

  private func setTimer(_ deadline: ContinuousClock.Instant) {
    let left = max(.zero, deadline - .now)
    timer.schedule(deadline: .now() + .milliseconds(left.milliseconds), leeway: .milliseconds(1))
  }
}
