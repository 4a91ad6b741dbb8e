internal import Synchronization

/// Where the tasks of a capture write what they know, and everybody else reads it.
final class StatusBoard: Sendable {
  private struct State {
    var status = CaptureStatus()
    /// Of the sessions that ended.
    var finished = CaptureCounters()
    var current = CaptureCounters()
    var lastEventTime: Int64?
    var lastEvent: ContinuousClock.Instant?
    var isSnapshotDone = false
    var hasReached = false
  }

  private let state = Mutex(State())

  var status: CaptureStatus { state.withLock { $0.status } }
  var isSnapshotDone: Bool { state.withLock { $0.isSnapshotDone } }
  /// The source has answered once: from then on what goes wrong is waited for.
  var hasReached: Bool { state.withLock { $0.hasReached || $0.status.isConnected } }
  func noteReached() { state.withLock { $0.hasReached = true } }
  var counters: CaptureCounters { state.withLock { Self.sum($0.finished, $0.current) } }

  /// Milliseconds since the last change was read, -1 before the first (as Debezium's metric).
  var millisecondsSinceLastEvent: Int64 {
    state.withLock { state in state.lastEvent.map { (ContinuousClock.now - $0).milliseconds } ?? -1 }
  }

  func update(_ body: (inout CaptureStatus) -> Void) { state.withLock { body(&$0.status) } }

  /// The snapshot's encoder has done its part: what follows counts from zero.
  func endSnapshot() {
    state.withLock { state in
      state.finished = Self.sum(state.finished, state.current)
      state.current = CaptureCounters()
      state.isSnapshotDone = true
      state.status.isSnapshotCompleted = true
    }
  }

  /// Notes what a session has read so far.
  func note(_ counters: CaptureCounters, lastEventTime: Int64?) {
    let now = ContinuousClock.now
    state.withLock { state in
      if counters.events != state.current.events { state.lastEvent = now }
      state.current = counters
      state.lastEventTime = lastEventTime
      let sum = Self.sum(state.finished, counters)
      state.status.eventsSeen = sum.events
      state.status.snapshotRows = sum.snapshotRows
      if let lastEventTime {
        state.status.millisecondsBehindSource = max(0, (WallClock.nanoseconds() / 1000 - lastEventTime) / 1000)
      }
    }
  }

  /// Nothing is on its way and nothing was read for a while: the source has nothing that we have not.
  func noteIdle() {
    state.withLock { state in
      guard let last = state.lastEvent, ContinuousClock.now - last < .seconds(1) else {
        state.status.millisecondsBehindSource = 0
        return
      }
    }
  }

  func endSession() {
    state.withLock { state in
      state.finished = Self.sum(state.finished, state.current)
      state.current = CaptureCounters()
      state.status.isConnected = false
      state.status.bytesInFlight = 0
    }
  }

  private static func sum(_ a: CaptureCounters, _ b: CaptureCounters) -> CaptureCounters {
    CaptureCounters(
      events: a.events + b.events, creates: a.creates + b.creates, updates: a.updates + b.updates, deletes: a.deletes + b.deletes,
      filtered: a.filtered + b.filtered, erroneous: a.erroneous + b.erroneous, transactions: a.transactions + b.transactions,
      snapshotRows: a.snapshotRows + b.snapshotRows, unchanged: a.unchanged + b.unchanged)
  }
}
