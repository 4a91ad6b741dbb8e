internal import Kafka
internal import Synchronization

/// What the engine's tasks share. Every change is made under one lock, which is never held across a suspension.
final class EngineState: Sendable {
  struct Contents: Sendable {
    var ledger = OffsetLedger()
    var lag: LagTracker
    var latency: LatencyWindow
    var counts = SyncerCounts()
    var phase = SyncerStatus.Phase.starting
    var pausedReason: String?
    var isSinkUp = true
    var hasJoined = false
    var clusterID: String?
    var lastProgress: Int64
    /// When Kafka last answered a question about watermarks, ms.
    var kafkaSeenAt: Int64
    /// The partitions in the transaction that the sink is working on.
    var inFlight: Set<TopicPartition> = []
    /// Partitions that were paused and not resumed, owned or not.
    var paused: Set<TopicPartition> = []
    var isStopping = false
    /// Ends the engine.
    var failure: (any Error)?
  }

  let clock: WallClock
  /// Given when a transaction has ended, when a stop is asked for, and when the engine has failed.
  let changed = Signal()
  private let contents: Mutex<Contents>

  /// - Parameter lagWindow: see ``SyncerConfiguration/lagWindow``.
  init(clock: WallClock, lagWindow: Duration = .seconds(60)) {
    self.clock = clock
    let now = clock.milliseconds
    contents = Mutex(
      Contents(
        lag: LagTracker(window: LagWindow(spanning: lagWindow)), latency: LatencyWindow(seconds: 300, now: now), lastProgress: now,
        kafkaSeenAt: now))
  }

  func withLock<R>(_ body: (inout sending Contents) throws -> sending R) rethrows -> sending R {
    try contents.withLock(body)
  }

  /// Whether the tasks should come to their end.
  var isStopping: Bool { contents.withLock { $0.isStopping || $0.failure != nil } }

  /// Asks the tasks to come to their end.
  func stop() {
    contents.withLock { contents in
      contents.isStopping = true
      if contents.phase != .stopped { contents.phase = .stopping }
    }
    changed.signal()
  }

  /// Ends the engine with an error. The first one counts.
  func fail(_ error: any Error) {
    contents.withLock { contents in
      if contents.failure == nil { contents.failure = error }
    }
    changed.signal()
  }

  /// Consumption rests, for this reason; nil takes it up again.
  func pause(_ reason: String?) {
    contents.withLock { contents in
      contents.pausedReason = reason
      if contents.phase == .running, reason != nil { contents.phase = .paused }
      if contents.phase == .paused, reason == nil { contents.phase = .running }
    }
  }

  /// Waits for `duration`, or until the tasks should come to their end. False then.
  func rest(_ duration: Duration) async -> Bool {
    let deadline = ContinuousClock.now + duration
    while true {
      let version = changed.version
      if isStopping || Task.isCancelled { return false }
      let left = deadline - .now
      if left <= .zero { return true }
      await changed.wait(after: version, atMost: left)
    }
  }
}
