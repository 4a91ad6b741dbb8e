internal import Kafka

/// Which partitions this member owns, how far the sink has come in each, and what may be committed to Kafka. Pure.
///
/// Each time a partition is assigned or repositioned it gets a new epoch. A batch carries the epochs under which it was polled, and
/// what was polled under an older one is never applied: between the two, another member may have applied more, or less.
struct OffsetLedger: Sendable {
  /// How far a partition is.
  enum Phase: Hashable, Sendable {
    /// The sink has not been asked yet where to begin, or has to be asked again.
    case unpositioned
    case active
  }

  struct Partition: Hashable, Sendable {
    var epoch: Int
    var phase: Phase
    /// The next offset as stored by the sink; nil where none is stored.
    var stored: Int64?
    /// The next offset as last committed to Kafka by this member; nil before.
    var committed: Int64?
    /// The offset behind the last record polled; nil where none was and nothing was stored.
    var fetched: Int64?
    /// The first record that was polled and dropped while unpositioned: where to seek to if the sink knows no better.
    var firstDropped: Int64?
    /// The lanes into which the partition is divided, and how far they have come; nil where it is not divided.
    var lanes: LaneProgress?
  }

  private(set) var partitions: [TopicPartition: Partition] = [:]
  private var lastEpoch = 0

  /// The partitions owned now, sorted.
  var owned: [TopicPartition] { partitions.keys.sorted() }

  /// The partitions whose start is not known yet, sorted.
  var unpositioned: [TopicPartition] {
    partitions.filter { $0.value.phase == .unpositioned }.keys.sorted()
  }

  /// The epoch of each partition owned now.
  var epochs: [TopicPartition: Int] { partitions.mapValues(\.epoch) }

  /// Partitions were assigned; they are to be positioned before anything of them is applied.
  mutating func assign(_ assigned: [TopicPartition]) {
    for partition in assigned {
      lastEpoch += 1
      partitions[partition] = Partition(epoch: lastEpoch, phase: .unpositioned)
    }
  }

  /// The sink said where to begin (`stored`, nil where it has nothing), and the consumer does begin there. Ignored for a partition that
  /// is not owned any more.
  mutating func position(_ partition: TopicPartition, stored: Int64?, lanes: LaneProgress? = nil) {
    guard var entry = partitions[partition] else { return }
    lastEpoch += 1
    entry.epoch = lastEpoch
    entry.phase = .active
    entry.stored = stored
    entry.fetched = stored
    entry.lanes = lanes
    entry.firstDropped = nil
    partitions[partition] = entry
  }

  /// Where to go on has to be found out again. Nothing is applied before.
  ///
  /// - Parameter start: where to seek to if the sink knows no better; nil is where the consumer stands.
  mutating func unposition(_ partition: TopicPartition, from start: Int64? = nil) {
    partitions[partition]?.phase = .unpositioned
    partitions[partition]?.firstDropped = start
  }

  /// Partitions were revoked or lost.
  mutating func revoke(_ revoked: [TopicPartition]) {
    for partition in revoked { partitions[partition] = nil }
  }

  /// Records from `first` up to, not including, `next` were polled. Returns the offset at which a gap begins, where there is one:
  /// compaction and transactions leave gaps, and so does retention that was faster than the consumer.
  mutating func polled(_ partition: TopicPartition, first: Int64, next: Int64) -> Int64? {
    guard let entry = partitions[partition] else { return nil }
    guard entry.phase == .active else {
      // Not positioned: these are dropped, and polled again from here if the sink knows no better.
      partitions[partition]?.firstDropped = min(entry.firstDropped ?? first, first)
      return nil
    }
    partitions[partition]?.fetched = max(entry.fetched ?? next, next)
    guard let fetched = entry.fetched, first > fetched else { return nil }
    return fetched
  }

  /// The first offset that may be applied of what was polled under `epoch`: anything before is a duplicate. Nil where nothing of it may
  /// be applied, as the partition is not owned, not positioned yet, or was repositioned since.
  func admittedFrom(_ partition: TopicPartition, epoch: Int?) -> Int64? {
    guard let entry = partitions[partition], entry.phase == .active, entry.epoch == epoch else { return nil }
    return entry.stored ?? 0
  }

  /// The stored offset of a partition that is positioned.
  func activeOffset(of partition: TopicPartition) -> Int64? {
    partitions[partition].flatMap { $0.phase == .active ? $0.stored : nil }
  }

  /// How the stored offset of `partition` moves so that `next` is the next one; nil where the partition is not owned or is already
  /// there.
  func advance(_ partition: TopicPartition, to next: Int64) -> SinkBatch.Advance? {
    guard let entry = partitions[partition], entry.phase == .active else { return nil }
    if let stored = entry.stored, stored >= next { return nil }
    return SinkBatch.Advance(partition: partition, expected: entry.stored, next: next, lanes: entry.lanes)
  }

  /// The sink has committed these advances. Those of partitions revoked meanwhile are ignored.
  mutating func applied(_ advances: [SinkBatch.Advance]) {
    for advance in advances {
      guard let entry = partitions[advance.partition], entry.phase == .active, entry.stored == advance.expected else { continue }
      partitions[advance.partition]?.stored = advance.next
    }
  }

  /// The partition is divided into these lanes from now on.
  mutating func took(_ lanes: LaneProgress?, of partition: TopicPartition, epoch: Int?) {
    guard let entry = partitions[partition], entry.phase == .active, entry.epoch == epoch else { return }
    partitions[partition]?.lanes = lanes
  }

  /// How a lane moves on so that `next` is its next offset; nil where the partition is not divided that way now.
  func move(_ lane: Lane, of partition: TopicPartition, to next: Int64) -> LaneMove? {
    guard let entry = partitions[partition], entry.phase == .active, let base = entry.stored, let lanes = entry.lanes,
      lanes.count == lane.count, lanes.next.indices.contains(lane.index), lanes.next[lane.index] < next
    else { return nil }
    return LaneMove(
      partition: partition, lanes: lane.count, lane: lane.index, base: base, expected: lanes.next[lane.index], next: next)
  }

  /// The sink has committed these moves of lanes.
  mutating func applied(_ moves: [LaneMove]) {
    for move in moves {
      guard let entry = partitions[move.partition], entry.phase == .active, entry.stored == move.base, let lanes = entry.lanes,
        lanes.count == move.lanes, lanes.next.indices.contains(move.lane), lanes.next[move.lane] == move.expected
      else { continue }
      partitions[move.partition]?.lanes?.next[move.lane] = move.next
    }
  }

  /// The sink refused moves of lanes: the partition has to be positioned anew.
  mutating func conflicted(_ moves: [LaneMove]) {
    for move in moves where partitions[move.partition]?.phase == .active { unposition(move.partition, from: move.base) }
  }

  /// The sink refused `advances` because other offsets are `stored`.
  ///
  /// Where the stored offset is ahead, another member has applied these records: they become duplicates. Where it is behind, or gone,
  /// somebody has reset it: the partition has to be positioned anew.
  mutating func conflicted(_ advances: [SinkBatch.Advance], stored: [TopicPartition: Int64?]) {
    for advance in advances {
      guard let found = stored[advance.partition], let entry = partitions[advance.partition], entry.phase == .active else { continue }
      if let found, found > advance.expected ?? -1, entry.lanes == nil {
        partitions[advance.partition]?.stored = found
      } else {
        partitions[advance.partition]?.phase = .unpositioned
        partitions[advance.partition]?.firstDropped = advance.expected
      }
    }
  }

  /// What to commit to Kafka: owned now, and further than what was committed before.
  var committable: [TopicPartition: Int64] {
    partitions.compactMapValues { entry in
      guard entry.phase == .active, let stored = entry.stored, stored > entry.committed ?? -1 else { return nil }
      return stored
    }
  }

  /// Kafka has acknowledged these.
  mutating func committed(_ offsets: [TopicPartition: Int64]) {
    for (partition, offset) in offsets {
      guard let entry = partitions[partition] else { continue }
      partitions[partition]?.committed = max(entry.committed ?? offset, offset)
    }
  }
}
