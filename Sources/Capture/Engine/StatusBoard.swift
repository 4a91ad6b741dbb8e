internal import Synchronization

/// Where the tasks of a capture write what they know, and everybody else reads it.
final class StatusBoard: Sendable {
  private struct State {
    var status = CaptureStatus()
    /// Of the sessions that ended.
    var finished = CaptureCounters()
    var current = CaptureCounters()
    var lastEvent: ContinuousClock.Instant?
    var statistics = LagStatistics()
    var isSnapshotDone = false
    var hasReached = false
  }

  private let state = Mutex(State())

  var status: CaptureStatus { state.withLock { $0.status } }
  var isSnapshotDone: Bool { state.withLock { $0.isSnapshotDone } }
  /// The source has answered once: from then on what goes wrong is waited for.
  var hasReached: Bool { state.withLock { $0.hasReached || $0.status.isConnected } }
  func noteReached() { state.withLock { $0.hasReached = true } }
  var counters: CaptureCounters { state.withLock { $0.finished + $0.current } }

  /// Milliseconds since the last change was read, -1 before the first (as Debezium's metric).
  var millisecondsSinceLastEvent: Int64 {
    state.withLock { state in state.lastEvent.map { (ContinuousClock.now - $0).milliseconds } ?? -1 }
  }

  func update(_ body: (inout CaptureStatus) -> Void) { state.withLock { body(&$0.status) } }

  /// The snapshot's encoder has done its part: what follows counts from zero.
  func endSnapshot() {
    state.withLock { state in
      state.finished = state.finished + state.current
      state.current = CaptureCounters()
      state.isSnapshotDone = true
      state.status.isSnapshotCompleted = true
    }
  }

  /// Notes what a session has read so far. Looks that bring nothing new change nothing: lag does not grow on an idle database.
  func note(_ counters: CaptureCounters, lastEventTime: Int64?) {
    let now = ContinuousClock.now
    state.withLock { state in
      let new = counters.events - state.current.events
      state.current = counters
      guard new != 0 else { return }
      state.lastEvent = now
      let sum = state.finished + counters
      state.status.eventsSeen = sum.events
      state.status.snapshotRows = sum.snapshotRows
      guard let lastEventTime else { return }
      state.status.lastEventTime = lastEventTime
      let lag = Self.milliseconds(since: lastEventTime)
      state.status.millisecondsBehindSource = lag
      state.statistics.record(lag, count: max(new, 1), now: now)
    }
  }

  /// Takes in a notification about a snapshot.
  func note(_ notification: CaptureNotification) {
    let now = ContinuousClock.now
    state.withLock { $0.status.snapshot.note(notification.type, notification.additionalData, now: now) }
  }

  /// Looks at lag between changes.
  ///
  /// - Parameter isDelivered: whether nothing is on its way. Then, if nothing was read for a while, the source has nothing that we have not;
  ///   else what waits gets older.
  func refreshLag(isDelivered: Bool) {
    let now = ContinuousClock.now
    state.withLock { state in
      state.status.lag = state.statistics.summary(now: now)
      if !isDelivered, let time = state.status.lastEventTime, state.lastEvent != nil {
        state.status.millisecondsBehindSource = Self.milliseconds(since: time)
      } else if state.lastEvent.map({ now - $0 >= .seconds(1) }) ?? true {
        state.status.millisecondsBehindSource = 0
      }
    }
  }

  private static func milliseconds(since time: Int64) -> Int64 { max(0, (WallClock.nanoseconds() / 1000 - time) / 1000) }

  func endSession() {
    state.withLock { state in
      state.finished = state.finished + state.current
      state.current = CaptureCounters()
      state.status.isConnected = false
      state.status.bytesInFlight = 0
    }
  }
}
