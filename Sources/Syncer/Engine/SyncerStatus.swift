public import Kafka

/// What a syncer knows about itself, at one moment: for health checks, status pages and watchdogs.
public struct SyncerStatus: Sendable {
  /// What the syncer is doing.
  public enum Phase: String, Hashable, Sendable {
    /// ``SyncerEngine/run()`` was not called, or waits for Kafka or the sink to answer for the first time.
    case starting
    /// Records are applied as they come.
    case running
    /// Nothing is applied, see ``SyncerStatus/pausedReason``; the group membership is kept.
    case paused
    /// What is in flight is being finished.
    case stopping
    /// ``SyncerEngine/run()`` has returned.
    case stopped
  }

  /// What the syncer is doing.
  public var phase: Phase
  /// Why consumption is paused, one sentence for operators; nil while it is not.
  public var pausedReason: String?
  /// Why some partitions wait that an operator has to help, one sentence; nil where none does. The others go on.
  public var heldReason: String?
  /// The consumer group.
  public var group: String
  /// The partitions owned now, sorted.
  public var assigned: [TopicPartition]
  /// Whether the group has given this member an assignment, an empty one included, since the start, or since it was fenced.
  public var hasJoined: Bool
  /// The partitions owned now of which it is not known yet where to go on, sorted: of a rebalance, or because the sink does not answer.
  public var positioning: [TopicPartition] = []
  /// The lag of each partition owned now whose end is known, sorted.
  public var lag: [PartitionLag]
  /// When offsets last moved, or there was last nothing to do; ms since 1970.
  public var lastProgress: Int64
  /// There is lag, and no progress since ``SyncerConfiguration/stallAfter``.
  public var isStalled: Bool
  /// Whether the sink took the last transaction, or has not refused any yet.
  public var isSinkUp: Bool
  /// Whether Kafka has answered lately.
  public var isKafkaUp: Bool
  /// Counts since the start.
  public var counts: SyncerCounts
  /// From the commit in the source database to the commit in the sink, over the last minutes.
  public var recentLatency: LatencySummary
  /// The same since the start.
  public var totalLatency: LatencySummary
  /// The ID of the Kafka cluster, nil until it is known.
  public var clusterID: String?

  /// Records behind, over all partitions.
  public var lagRecords: Int64 { lag.reduce(0) { $0 + $1.records } }

  /// Seconds behind, on the partition that is furthest behind.
  public var lagSeconds: Double { lag.map(\.seconds).max() ?? 0 }

  /// What is wrong, one sentence for operators; nil where records are applied as they come.
  public var problem: String? {
    switch phase {
    case .starting: return "waiting for Kafka and the sink to answer"
    case .stopping, .stopped: return phase.rawValue
    case .paused: return pausedReason ?? "paused"
    case .running: break
    }
    if !hasJoined { return "no assignment yet: the group is being joined, no topic exists, or another member has taken syncer.instance_id" }
    if !isKafkaUp { return "Kafka does not answer" }
    if let heldReason { return heldReason }
    if let first = positioning.first {
      return "\(positioning.count) of \(assigned.count) partitions wait to be told where to go on, \(first) among them"
    }
    if isStalled { return "\(lagRecords) records behind, and no progress" }
    // One partition alone: the others get on.
    if let stuck = lag.first(where: { $0.status == .stall || $0.status == .stop }) {
      return "\(stuck.partition) is \(stuck.records) records behind, and no progress (\(stuck.status.rawValue))"
    }
    return nil
  }

  /// Whether the syncer has its place in the group, applies what comes, and is not stalled: what a readiness check asks. See ``problem``
  /// for the reason where it is not.
  public var isReady: Bool { problem == nil }
}
