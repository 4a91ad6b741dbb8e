internal import Kafka
internal import Synchronization

/// Where polled records wait for the appliers. What it decides, it decides in ``PartitionQueues``.
final class RecordQueue: Sendable {
  private struct State {
    var waiting: PartitionQueues
    var isFinished = false
  }

  private let maxRecords: Int
  private let maxBytes: Int
  private let limit: Int
  private let state: Mutex<State>
  /// Given when there may be something to claim.
  private let changed = Signal()

  /// A queue for as many appliers and as many bytes as `configuration` says.
  init(_ configuration: SyncerConfiguration) {
    maxRecords = configuration.batchRecords
    maxBytes = configuration.batchBytes
    limit = configuration.queueBytes
    state = Mutex(
      State(
        waiting: PartitionQueues(
          appliers: configuration.parallelism, partitionsPerClaim: configuration.lanes > 1 ? 1 : .max)))
  }

  /// What waits or is being applied, in bytes.
  var footprint: Int { state.withLock { $0.waiting.footprint } }

  /// Grows whenever records come or go.
  var version: UInt64 { changed.version }

  /// Returns when records have come or gone since `version`, or after `limit`.
  func wait(after version: UInt64, atMost limit: Duration) async { await changed.wait(after: version, atMost: limit) }

  /// Records were polled.
  func append(_ runs: [PolledRun]) {
    state.withLock { state in
      for run in runs { state.waiting.append(run) }
    }
    changed.signal()
  }

  /// Partitions went away.
  func drop(_ partitions: [TopicPartition]) {
    state.withLock { $0.waiting.drop(partitions) }
  }

  /// Waits until there is something for an applier; nil once finished or cancelled, even where something is left: it will be polled again.
  func claim(for applier: Int) async -> Claim? {
    await claim(for: applier, minimum: 1)
  }

  /// Waits until there is as much as makes a batch: what an applier can prepare while it applies another one. Less is left for later,
  /// when it may have become more, and for others.
  func claimAhead(for applier: Int) async -> Claim? {
    await claim(for: applier, minimum: max(maxRecords / 2, 1))
  }

  private func claim(for applier: Int, minimum: Int) async -> Claim? {
    while true {
      let version = changed.version
      let (claim, isFinished) = state.withLock { state -> (Claim?, Bool) in
        if state.isFinished || Task.isCancelled { return (nil, true) }
        return (state.waiting.claim(for: applier, maxRecords: maxRecords, maxBytes: maxBytes, minimum: minimum), false)
      }
      if isFinished { return nil }
      if let claim { return claim }
      await changed.wait(after: version)
    }
  }

  /// An applier is done with a claim.
  func release(_ claim: Claim) {
    state.withLock { $0.waiting.release(claim) }
    changed.signal()
  }

  /// The partitions of which nothing more should be polled for now, see ``PartitionQueues/surfeit(resting:limit:)``.
  func surfeit(resting: Set<TopicPartition>) -> Set<TopicPartition> {
    state.withLock { $0.waiting.surfeit(resting: resting, limit: limit) }
  }

  /// Nothing is handed over any more.
  func finish() {
    state.withLock { $0.isFinished = true }
    changed.signal()
  }
}
