internal import Kafka

/// Records that were polled and wait for an applier, and who works on which partition. Pure: it decides, ``RecordQueue`` waits.
///
/// A partition belongs to one applier at a time, from its claim until it has released the last one, so that the records of a partition
/// are applied in their order. Whoever claims takes from several partitions, the one that was served longest ago first, and from each the
/// same share, so that none waits for another one's backlog:
///
/// - While all that waits fits into one batch, one applier takes it all: few records in many transactions would cost more than they gain.
/// - Where more waits, each applier takes its part of the partitions. Among those that wait equally long it takes partitions of one number
///   together: topics that are keyed alike have the rows of a document there, and appliers meet fewer of each other's documents.
struct PartitionQueues: Sendable {
  private struct Partition: Sendable {
    /// What waits.
    var runs: [PolledRun] = []
    var records = 0
    /// What waits or is claimed, in bytes.
    var footprint = 0
    /// Who works on it, and on how many claims.
    var applier: Int?
    var claims = 0
    /// When it was served last.
    var turn: UInt64 = 0
  }

  private var partitions: [TopicPartition: Partition] = [:]
  private var turn: UInt64 = 0
  private let appliers: Int
  private let partitionsPerClaim: Int

  /// What waits or is claimed, in bytes.
  private(set) var footprint = 0
  /// How many records wait.
  private(set) var records = 0

  /// - Parameters:
  ///   - appliers: how many there are.
  ///   - partitionsPerClaim: the most partitions that one takes from at once.
  init(appliers: Int, partitionsPerClaim: Int = .max) {
    self.appliers = max(appliers, 1)
    self.partitionsPerClaim = max(partitionsPerClaim, 1)
  }

  /// Records were polled.
  mutating func append(_ run: PolledRun) {
    let bytes = run.records.reduce(0) { $0 + $1.footprint }
    partitions[run.partition, default: Partition()].runs.append(run)
    partitions[run.partition]?.records += run.records.count
    partitions[run.partition]?.footprint += bytes
    footprint += bytes
    records += run.records.count
  }

  /// Partitions went away: what waits of them is dropped. What is claimed counts until it is released.
  mutating func drop(_ dropped: [TopicPartition]) {
    for name in dropped {
      guard var partition = partitions[name] else { continue }
      let bytes = partition.runs.reduce(0) { $0 + $1.records.reduce(0) { $0 + $1.footprint } }
      footprint -= bytes
      records -= partition.records
      partition.footprint -= bytes
      partition.records = 0
      partition.runs = []
      partitions[name] = partition.claims == 0 ? nil : partition
    }
  }

  /// Takes records for an applier; nil where none wait for it.
  ///
  /// - Parameter minimum: how many have to wait; what is less is left.
  mutating func claim(for applier: Int, maxRecords: Int, maxBytes: Int, minimum: Int = 1) -> Claim? {
    var names = partitions.filter { $0.value.records > 0 && ($0.value.applier ?? applier) == applier }
      .sorted { ($0.value.turn, $0.key.partition, $0.key.topic) < ($1.value.turn, $1.key.partition, $1.key.topic) }.map(\.key)
    let waiting = names.reduce(0) { $0 + (partitions[$1]?.records ?? 0) }
    guard waiting > 0, waiting >= minimum else { return nil }
    if waiting > maxRecords {
      let busy = Set(partitions.values.compactMap(\.applier)).subtracting([applier]).count
      let idle = max(appliers - busy, 1)
      names = Array(names.prefix((names.count + idle - 1) / idle))
    }
    names = Array(names.prefix(partitionsPerClaim))
    turn += 1
    // Those with few records first: what they leave of their share goes to the others.
    names.sort { (partitions[$0]?.records ?? 0, $0) < (partitions[$1]?.records ?? 0, $1) }
    var claim = Claim(applier: applier, runs: [], footprints: [:])
    var left = (records: max(maxRecords, 1), bytes: max(maxBytes, 1))
    for (position, name) in names.enumerated() where left.records > 0 && left.bytes > 0 {
      let sharers = names.count - position
      let taken = take(
        from: name, records: (left.records + sharers - 1) / sharers, bytes: (left.bytes + sharers - 1) / sharers, for: applier)
      left.records -= taken.runs.reduce(0) { $0 + $1.records.count }
      left.bytes -= taken.bytes
      claim.runs += taken.runs
      claim.footprints[name] = taken.bytes
    }
    claim.runs.sort { $0.partition < $1.partition }
    return claim
  }

  /// Takes from the front of a partition: at least one record, and no further one beyond the limits.
  private mutating func take(
    from name: TopicPartition, records limit: Int, bytes: Int, for applier: Int
  ) -> (runs: [PolledRun], bytes: Int) {
    guard var partition = partitions[name] else { return ([], 0) }
    var taken: [PolledRun] = []
    var count = 0
    var size = 0
    while count < limit, count == 0 || size < bytes, let first = partition.runs.first {
      var end = first.records.startIndex
      while end < first.records.endIndex, count < limit, count == 0 || size < bytes {
        size += first.records[end].footprint
        count += 1
        end += 1
      }
      var front = first
      front.records = first.records[..<end]
      taken.append(front)
      if end == first.records.endIndex {
        partition.runs.removeFirst()
      } else {
        partition.runs[0].records = first.records[end...]
        partition.runs[0].follows = first.records[end - 1].offset + 1
      }
    }
    records -= count
    partition.records -= count
    partition.applier = applier
    partition.claims += 1
    partition.turn = turn
    partitions[name] = partition
    return (taken, size)
  }

  /// An applier is done with a claim, or has given it up.
  mutating func release(_ claim: Claim) {
    for (name, bytes) in claim.footprints {
      guard var partition = partitions[name] else { continue }
      footprint -= bytes
      partition.footprint -= bytes
      partition.claims -= 1
      if partition.claims == 0 { partition.applier = nil }
      partitions[name] = partition.claims == 0 && partition.runs.isEmpty ? nil : partition
    }
  }

  /// The partitions of which nothing more should be polled for now.
  ///
  /// Those that are behind share the queue, with one part to spare for one that is not behind yet: that is what keeps a topic with a
  /// backlog from standing in the way of others. Who has more than its share rests until half of it is applied.
  ///
  /// - Parameters:
  ///   - resting: those that rest now.
  ///   - limit: the size of the queue in bytes.
  func surfeit(resting: Set<TopicPartition>, limit: Int) -> Set<TopicPartition> {
    let share = limit / (partitions.count + 1)
    return Set(
      partitions.filter { name, partition in
        partition.footprint >= (resting.contains(name) ? max(share / 2, 1) : max(share, 1))
      }.keys)
  }
}
