public import Kafka

/// How far the group is behind, per partition, in records and in seconds. Pure: time and watermarks are told.
///
/// The seconds are exact rather than estimated, since the consumer sees each record: the age of the first record that is not applied
/// yet. They are zero where nothing is left to apply, never negative and never NaN. A record that arrives on a partition that was idle for
/// hours is as old as it is, not as old as its predecessor.
///
/// What is left is counted in offsets, without those that are known to hold no record: a marker ends each transaction and is never applied,
/// and what compaction has removed is not there either.
public struct LagTracker: Sendable {
  /// What is known of one partition.
  private struct Entry: Sendable {
    /// Since when it has been observed, ms.
    var since: Int64
    var position: Int64?
    var lowWatermark: Int64?
    var highWatermark: Int64?
    /// The record last applied.
    var lastApplied: (timestamp: Int64?, committed: Int64?) = (nil, nil)
    /// What was fetched and not applied yet, in order; a few, as the pipeline is short.
    var waiting: [WaitingRecords] = []
    /// Once what waits is applied there is nothing more before this offset.
    var emptyUntil: Int64?
    /// When it was last known to have nothing to apply, ms.
    var caughtUpAt: Int64?
    var window: LagWindow
    var history = LagHistory()

    init(since: Int64, position: Int64?, window: LagWindow) {
      self.since = since
      self.position = position
      self.window = window
    }

    /// Where what is left begins and ends; nil where that is not known.
    var left: Range<Int64>? {
      guard let position, let highWatermark else { return nil }
      let start = max(position, waiting.first?.first?.offset ?? emptyUntil ?? position)
      return start..<max(highWatermark, start)
    }
  }

  /// What is being done about a partition.
  public enum Activity: Hashable, Sendable {
    /// It is worked on: an offset that has not moved counts as committed again.
    case committing
    /// Nothing is done, though something is left: an offset that has not moved is silence.
    case resting
    /// What is left is not due yet: it counts as if nothing were.
    case nothingDue
  }

  /// An age beyond this, in ms, is no age: the record's timestamp is in another unit, or was never set. Ten years.
  private static let longestAge: Int64 = 10 * 365 * 86_400_000

  private var entries: [TopicPartition: Entry] = [:]
  private let window: LagWindow

  /// Knows nothing yet.
  /// - Parameter window: an empty one, for the rules of ``LagRules``.
  public init(window: LagWindow = LagWindow()) {
    self.window = window
  }

  /// Starts to observe partitions, at `now` in ms since 1970. `position` is the next offset where it is known.
  public mutating func assign(_ partition: TopicPartition, position: Int64?, now: Int64) {
    entries[partition] = Entry(since: now, position: position, window: window)
  }

  /// Forgets partitions.
  public mutating func remove(_ partitions: some Sequence<TopicPartition>) {
    for partition in partitions { entries[partition] = nil }
  }

  /// The next offset is known now, from the sink or from Kafka; what was fetched before is not waiting any more.
  public mutating func positioned(_ partition: TopicPartition, at offset: Int64) {
    entries[partition]?.position = offset
    entries[partition]?.waiting = []
    entries[partition]?.emptyUntil = nil
  }

  /// Where nothing is known of the next offset, it is this one.
  public mutating func positionedIfUnknown(_ partition: TopicPartition, at offset: Int64) {
    if entries[partition]?.position == nil { entries[partition]?.position = offset }
  }

  /// Records of one partition were fetched, in order of their offsets; they wait to be applied.
  public mutating func fetched(_ partition: TopicPartition, _ records: some RandomAccessCollection<ChangeRecord>) {
    if let waiting = WaitingRecords(records) { fetched(partition, waiting) }
  }

  /// The same, of records that nobody has parsed yet: when their changes were committed is not known until ``parsed(_:_:)`` tells.
  mutating func fetched(_ partition: TopicPartition, polled records: some RandomAccessCollection<ConsumerRecord>) {
    if let waiting = WaitingRecords(polled: records) { fetched(partition, waiting) }
  }

  /// Records of one partition that were fetched before have been parsed.
  mutating func parsed(_ partition: TopicPartition, _ records: some RandomAccessCollection<ChangeRecord>) {
    guard let first = records.first?.offset, let last = records.last?.offset, let waiting = entries[partition]?.waiting else { return }
    for index in waiting.indices where waiting[index].end > first && waiting[index].first.map({ $0.offset <= last }) ?? false {
      entries[partition]?.waiting[index].parsed(records)
    }
  }

  mutating func fetched(_ partition: TopicPartition, _ records: WaitingRecords) {
    guard let entry = entries[partition], let first = records.first else { return }
    entries[partition]?.highWatermark = max(entry.highWatermark ?? 0, records.end)
    if entry.position == nil { entries[partition]?.position = first.offset }
    if let last = entry.waiting.last, last.end > first.offset { return }
    entries[partition]?.waiting.append(records)
  }

  /// There is nothing more to fetch before this offset: see ``Kafka/Consumer/takeReachedEnds()``.
  public mutating func reachedEnd(_ partition: TopicPartition, at offset: Int64, now: Int64) {
    guard let entry = entries[partition] else { return }
    entries[partition]?.emptyUntil = offset
    entries[partition]?.highWatermark = max(entry.highWatermark ?? 0, offset)
    noteIfCaughtUp(partition, now: now)
  }

  /// Whether records that were fetched are not applied yet.
  func hasWaiting(_ partition: TopicPartition) -> Bool { entries[partition]?.waiting.isEmpty == false }

  /// Everything before `next` is applied; the last record of it had this timestamp.
  public mutating func applied(_ partition: TopicPartition, next: Int64, timestamp: Int64?, now: Int64) {
    guard var entry = entries[partition] else { return }
    entry.position = max(entry.position ?? next, next)
    if let timestamp, timestamp >= 0 { entry.lastApplied.timestamp = timestamp }
    while let first = entry.waiting.first {
      if let gone = entry.waiting[0].applied(next: next), let committed = gone.committed { entry.lastApplied.committed = committed }
      guard first.end <= next else { break }
      entry.waiting.removeFirst()
    }
    entries[partition] = entry
    noteIfCaughtUp(partition, now: now)
  }

  /// Kafka says where the partition begins and ends.
  public mutating func observed(_ partition: TopicPartition, lowWatermark: Int64? = nil, highWatermark: Int64, now: Int64) {
    if let lowWatermark { entries[partition]?.lowWatermark = lowWatermark }
    entries[partition]?.highWatermark = highWatermark
    noteIfCaughtUp(partition, now: now)
  }

  /// Takes down how things are for trends and for Burrow's rules: to be called about once a second.
  ///
  /// - Parameter activity: what is being done about a partition.
  public mutating func sample(now: Int64, activity: (TopicPartition) -> Activity) {
    for (partition, entry) in entries {
      guard let position = entry.position, let left = entry.left else { continue }
      var entry = entry
      entry.history.observed(position: position, end: left.upperBound, now: now)
      entry.window.observed(end: left.upperBound, now: now)
      let activity = activity(partition)
      if entry.window.last?.offset != position || activity != .resting {
        entry.window.committed(LagSample(offset: position, time: now, lag: activity == .nothingDue ? 0 : Int64(left.count)))
      }
      entries[partition] = entry
    }
  }

  private mutating func noteIfCaughtUp(_ partition: TopicPartition, now: Int64) {
    if entries[partition]?.left?.isEmpty == true { entries[partition]?.caughtUpAt = now }
  }

  /// The lag of each partition at `now`, ms since 1970, sorted by partition. Partitions whose position or end is not known yet are
  /// absent.
  public func lags(now: Int64) -> [PartitionLag] {
    entries.compactMap { partition, entry -> PartitionLag? in
      guard let position = entry.position, let left = entry.left else { return nil }
      let records = Int64(left.count)
      return PartitionLag(
        partition: partition, lowWatermark: entry.lowWatermark, position: position, highWatermark: max(left.upperBound, position),
        records: records, seconds: records == 0 ? 0 : seconds(entry, now: now),
        commitSeconds: records == 0 ? 0 : commitSeconds(entry, now: now), trend: entry.history.trend(lag: records),
        status: entry.window.status(lag: records, now: now), complete: entry.window.complete)
    }.sorted { $0.partition < $1.partition }
  }

  /// The next record's own timestamp is the truth. Where that record was not seen yet, it cannot be older than its predecessor, nor older
  /// than the moment at which there was none.
  private func seconds(_ entry: Entry, now: Int64) -> Double {
    let floor = max(entry.lastApplied.timestamp ?? entry.since, entry.caughtUpAt ?? .min)
    return age(entry.waiting.first?.first?.timestamp ?? floor, else: entry.caughtUpAt ?? entry.since, now: now)
  }

  private func commitSeconds(_ entry: Entry, now: Int64) -> Double {
    if let next = entry.waiting.first?.first {
      guard let committed = next.committed else { return seconds(entry, now: now) }
      return age(committed, else: entry.caughtUpAt ?? entry.since, now: now)
    }
    guard let last = entry.lastApplied.committed else { return seconds(entry, now: now) }
    return age(max(last, entry.caughtUpAt ?? .min), else: entry.caughtUpAt ?? entry.since, now: now)
  }

  private func age(_ birth: Int64, else other: Int64, now: Int64) -> Double {
    let age = now - birth
    return Double(max(age <= Self.longestAge ? age : now - other, 0)) / 1000
  }
}
