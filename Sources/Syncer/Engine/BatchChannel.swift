internal import Synchronization

/// Hands batches from the polling task to the applying one. Holds one: while a batch is applied, the next one is parsed and waits here.
final class BatchChannel: Sendable {
  private struct State {
    var batch: PolledBatch?
    var isFinished = false
  }

  private let state = Mutex(State())
  private let changed = Signal()

  /// Puts a batch in. False where there was no room for as long as `patience`; the caller keeps the batch then.
  func offer(_ batch: PolledBatch, patience: Duration) async -> Bool {
    let deadline = ContinuousClock.now + patience
    while true {
      let version = changed.version
      let isTaken = state.withLock { state in
        if state.isFinished || state.batch != nil { return false }
        state.batch = batch
        return true
      }
      if isTaken {
        changed.signal()
        return true
      }
      let left = deadline - .now
      if left <= .zero || Task.isCancelled || state.withLock({ $0.isFinished }) { return false }
      await changed.wait(after: version, atMost: left)
    }
  }

  /// Waits for the next batch; nil once finished or cancelled, even where a batch is left: it will be polled again.
  func next() async -> PolledBatch? {
    while true {
      let version = changed.version
      let (batch, isFinished) = state.withLock { state in
        defer { state.batch = nil }
        return (state.batch, state.isFinished)
      }
      if isFinished || Task.isCancelled { return nil }
      if let batch {
        changed.signal()
        return batch
      }
      await changed.wait(after: version)
    }
  }

  /// Nothing is handed over any more.
  func finish() {
    state.withLock { $0.isFinished = true }
    changed.signal()
  }
}
