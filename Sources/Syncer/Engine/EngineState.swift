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
    /// Why appliers rest, by their numbers.
    var pausedReasons: [Int: String] = [:]
    var isSinkUp = true
    var hasJoined = false
    var clusterID: String?
    var lastProgress: Int64
    /// When Kafka last answered a question about watermarks, ms.
    var kafkaSeenAt: Int64
    /// The partitions in the transactions that the sink is working on, by the appliers' numbers.
    var inFlight: [Int: Set<TopicPartition>] = [:]
    /// Which keys may be parked.
    var parked = ParkedKeyIndex()
    /// Whether more may be parked; nil before that was counted.
    var budget: ParkingBudget?
    /// Partitions that are kept paused, whatever the queue would let in.
    var holds = PartitionHolds()
    /// Partitions that were paused and not resumed, owned or not.
    var paused: Set<TopicPartition> = []
    var isStopping = false
    /// Ends the engine.
    var failure: (any Error)?

    /// Why nothing, or not everything, is applied; nil where nobody rests.
    var pausedReason: String? { pausedReasons.min { $0.key < $1.key }?.value }

    /// Whether one of these partitions is in a transaction that the sink is working on.
    func isInFlight(_ partitions: Set<TopicPartition>) -> Bool { inFlight.values.contains { !$0.isDisjoint(with: partitions) } }
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

  /// An applier rests, for this reason; nil takes its work up again. Returns whether any applier rests then.
  @discardableResult
  func pause(_ reason: String?, applier: Int) -> Bool {
    contents.withLock { contents in
      contents.pausedReasons[applier] = reason
      let isPaused = !contents.pausedReasons.isEmpty
      if contents.phase == .running, isPaused { contents.phase = .paused }
      if contents.phase == .paused, !isPaused { contents.phase = .running }
      return isPaused
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
