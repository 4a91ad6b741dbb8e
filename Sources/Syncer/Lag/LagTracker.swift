public import Kafka

/// How far the group is behind, per partition, in records and in seconds. Pure: time and watermarks are told.
///
/// The seconds are exact rather than estimated, since the consumer sees each record: the age of the first record that is not applied
/// yet. They are zero where the position has reached the high watermark, never negative and never NaN. A record that arrives on a
/// partition that was idle for hours is as old as it is, not as old as its predecessor.
public struct LagTracker: Sendable {
  /// What is known of one partition.
  private struct Entry: Sendable {
    /// Since when it has been observed, ms.
    var since: Int64
    var position: Int64?
    var highWatermark: Int64?
    /// The timestamp of the record last applied, ms.
    var lastApplied: Int64?
    /// The first record of each batch that was fetched and not applied yet, in their order; a few, as the pipeline is short.
    var pending: [(offset: Int64, timestamp: Int64)] = []
    /// When it was last known to have nothing to apply, ms.
    var caughtUpAt: Int64?
  }

  private var entries: [TopicPartition: Entry] = [:]

  /// Knows nothing yet.
  public init() {}

  /// Starts to observe partitions, at `now` in ms since 1970. `position` is the next offset where it is known.
  public mutating func assign(_ partition: TopicPartition, position: Int64?, now: Int64) {
    entries[partition] = Entry(since: now, position: position)
  }

  /// Forgets partitions.
  public mutating func remove(_ partitions: some Sequence<TopicPartition>) {
    for partition in partitions { entries[partition] = nil }
  }

  /// The next offset is known now, from the sink or from Kafka; what was fetched before is not waiting any more.
  public mutating func positioned(_ partition: TopicPartition, at offset: Int64) {
    entries[partition]?.position = offset
    entries[partition]?.pending = []
  }

  /// Where nothing is known of the next offset, it is this one.
  public mutating func positionedIfUnknown(_ partition: TopicPartition, at offset: Int64) {
    if entries[partition]?.position == nil { entries[partition]?.position = offset }
  }

  /// A record was fetched that is the first of its partition in a batch; it waits to be applied.
  public mutating func fetched(_ partition: TopicPartition, offset: Int64, timestamp: Int64) {
    guard let entry = entries[partition] else { return }
    entries[partition]?.highWatermark = max(entry.highWatermark ?? 0, offset + 1)
    if entry.position == nil { entries[partition]?.position = offset }
    // A record without a timestamp (-1) tells nothing about its age.
    if timestamp < 0 { return }
    if let newest = entry.pending.last, newest.offset >= offset { return }
    entries[partition]?.pending.append((offset, timestamp))
  }

  /// Everything before `next` is applied; the last record of it had this timestamp.
  public mutating func applied(_ partition: TopicPartition, next: Int64, timestamp: Int64?, now: Int64) {
    guard var entry = entries[partition] else { return }
    entry.position = max(entry.position ?? next, next)
    if let timestamp, timestamp >= 0 { entry.lastApplied = timestamp }
    entry.pending.removeAll { $0.offset < next }
    entries[partition] = entry
    noteIfCaughtUp(partition, now: now)
  }

  /// Kafka says where the partition ends.
  public mutating func observed(_ partition: TopicPartition, highWatermark: Int64, now: Int64) {
    entries[partition]?.highWatermark = highWatermark
    noteIfCaughtUp(partition, now: now)
  }

  private mutating func noteIfCaughtUp(_ partition: TopicPartition, now: Int64) {
    guard let entry = entries[partition], let position = entry.position, let high = entry.highWatermark else { return }
    if position >= high { entries[partition]?.caughtUpAt = now }
  }

  /// The lag of each partition at `now`, ms since 1970, sorted by partition. Partitions whose position or end is not known yet are
  /// absent.
  public func lags(now: Int64) -> [PartitionLag] {
    entries.compactMap { partition, entry -> PartitionLag? in
      guard let position = entry.position, let high = entry.highWatermark else { return nil }
      let records = max(high - position, 0)
      return PartitionLag(
        partition: partition, position: position, highWatermark: max(high, position), records: records,
        seconds: records == 0 ? 0 : seconds(entry, now: now))
    }.sorted { $0.partition < $1.partition }
  }

  private func seconds(_ entry: Entry, now: Int64) -> Double {
    // The next record's own timestamp is the truth. Where that record was not seen yet, it cannot be older than its predecessor, nor
    // older than the moment at which there was none, nor younger than a record behind it.
    let floor = max(entry.lastApplied ?? entry.since, entry.caughtUpAt ?? .min)
    let birth: Int64
    if let pending = entry.pending.first {
      birth = pending.offset == entry.position || entry.lastApplied == nil ? pending.timestamp : min(pending.timestamp, floor)
    } else {
      birth = floor
    }
    return Double(max(now - birth, 0)) / 1000
  }
}
