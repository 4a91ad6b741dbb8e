import NIOCore

/// Compacts one log by key: keeps of each key the last record, and what a restart and readers of transactions need besides (Kafka's `Cleaner`
/// in `LogCleaner`, KIP-534 for tombstones and markers). Offsets never change.
///
/// For a thread of its own: it reads segments that nobody writes any more, and writes new files beside them. Memory is bounded by the offset
/// map (16 MiB), a few buffers, and the largest batch. ``next()`` yields one new segment at a time, committed, which the log has to put in
/// place before the next one.
struct Cleaner: ~Copyable {
  /// Bytes of the offset map: about 630,000 keys in one round.
  static let mapBytes = 16 << 20

  let plan: CleaningPlan
  private let operations = FileOperations()
  private let scan: SegmentScan
  private var map: OffsetMap
  private var transactions = CleanedTransactions()
  private var groups: [[CleanableSegment]] = []
  private var nextGroup = 0
  private var isPrepared = false

  init(plan: CleaningPlan, mapBytes: Int = Cleaner.mapBytes, cancellation: CleaningCancellation = CleaningCancellation()) {
    self.plan = plan
    scan = SegmentScan(folder: plan.folder, cancellation: cancellation, operations: operations)
    // No more keys than offsets, and a map may be filled to nine tenths.
    let offsets = max(1, plan.firstUncleanableOffset - plan.firstDirtyOffset)
    let needed = Int(min(offsets, Int64(mapBytes))) * OffsetMap.bytesPerSlot * 10 / 9 + 64 * OffsetMap.bytesPerSlot
    map = OffsetMap(memory: min(mapBytes, needed))
  }

  /// Up to here the log is compacted once all of it is put in place; less than was planned when the map was too small for all keys.
  var cleanedUpTo: Int64 { map.latestOffset + 1 }

  /// Writes and commits the next new segment.
  ///
  /// - Returns: nil when there is none left.
  /// - Throws: ``LogError`` or ``RecordFormatError`` when the log cannot be read or the disk not written, ``CleaningCancelled``. The log is
  ///   as it was then, or as after the last segment.
  mutating func next() throws -> CleanedSegment? {
    if !isPrepared {
      try buildMap()
      groups = Self.group(plan.segments.filter { $0.baseOffset < cleanedUpTo }, upTo: plan.configuration.segmentBytes)
      isPrepared = true
    }
    guard nextGroup < groups.count else { return nil }
    defer { nextGroup += 1 }
    return try clean(groups[nextGroup])
  }

  /// After ``CleanedSegments/swap(_:in:operations:)``, before ``next()``.
  func conclude(_ segment: CleanedSegment) throws(LogError) {
    try CleanedSegments.conclude(segment, in: plan.folder, operations: operations)
  }

  /// When the log no longer has the segments that were replaced.
  func abandon() throws(LogError) { try CleanedSegments.abandon(in: plan.folder, operations: operations) }

  private mutating func buildMap() throws {
    let (scan, plan) = (scan, plan)
    var transactions = CleanedTransactions()
    transactions.add(try aborted(from: plan.firstDirtyOffset, upTo: plan.firstUncleanableOffset))
    map.latestOffset = plan.firstDirtyOffset - 1
    for segment in plan.segments where segment.nextOffset > plan.firstDirtyOffset {
      let isWhole = try scan.run(segment) { header, batch in
        guard header.lastOffset >= plan.firstDirtyOffset else { return true }
        if header.isControl {
          _ = transactions.meet(control: header, outcome: TransactionMarker(header: header, batch: batch)?.outcome)
        } else if !transactions.meet(batch: header), try !map.add(header, batch, from: plan.firstDirtyOffset) {
          return false
        }
        map.latestOffset = header.lastOffset
        return true
      }
      guard isWhole else { return }
      map.latestOffset = segment.nextOffset - 1
    }
  }

  private mutating func clean(_ group: [CleanableSegment]) throws -> CleanedSegment? {
    guard let first = group.first, let last = group.last else { return nil }
    let scan = scan
    let filter = BatchFilter(
      map: map, now: plan.now, deleteRetentionMillis: plan.configuration.deleteRetentionMillis, lastRecords: plan.lastRecords)
    var writer = try CleanedSegmentWriter(
      folder: plan.folder, baseOffset: first.baseOffset, indexInterval: plan.configuration.indexIntervalBytes, operations: operations)
    // The last batch of the group stays, be it empty: a segment without a batch would not know where it ends.
    let lastWithBatches = group.last { $0.sizeBytes > 0 }?.baseOffset
    for segment in group {
      transactions.add(try aborted(from: segment.baseOffset, upTo: segment.nextOffset))
      var read = 0
      _ = try scan.run(segment) { header, batch in
        read += batch.count
        let isDiscardable =
          header.isControl
          ? transactions.meet(control: header, outcome: TransactionMarker(header: header, batch: batch)?.outcome)
          : transactions.meet(batch: header)
        let isLast = segment.baseOffset == lastWithBatches && read == segment.sizeBytes
        switch try filter.filter(header, batch, isDiscardable: isDiscardable, isLast: isLast) {
        case .drop: break
        case .keep: try writer.append(header, batch)
        case .replace(let new): try new.withUnsafeReadableBytes { try writer.append(BatchHeader($0) ?? header, $0) }
        }
        return true
      }
    }
    let aborted = transactions.takeRetained()
    try writer.finish(nextOffset: last.nextOffset, abortedTransactions: aborted)
    let segment = CleanedSegment(
      baseOffset: first.baseOffset, nextOffset: last.nextOffset, replaced: group.map(\.baseOffset), sizeBytes: writer.sizeBytes,
      replacedBytes: group.reduce(0) { $0 + $1.sizeBytes }, largestTimestamp: writer.largestTimestamp,
      hasAbortedTransactions: !aborted.isEmpty)
    try CleanedSegments.commit(segment, in: plan.folder, operations: operations)
    return segment
  }

  private func aborted(from: Int64, upTo: Int64) throws(LogError) -> [AbortedTransaction] {
    let first = plan.segments.lastIndex { $0.baseOffset <= from } ?? 0
    return try AbortedTransactions.overlapping(from: from, upTo: upTo, in: plan.abortedTransactions.dropFirst(first))
  }

  /// Neighbours that fit into one segment together, so that segments do not only ever get smaller.
  static func group(_ segments: [CleanableSegment], upTo segmentBytes: Int) -> [[CleanableSegment]] {
    var groups: [[CleanableSegment]] = []
    var bytes = 0
    for segment in segments {
      if let first = groups.last?.first, bytes + segment.sizeBytes <= segmentBytes, segment.nextOffset - first.baseOffset <= Int32.max {
        groups[groups.count - 1].append(segment)
        bytes += segment.sizeBytes
      } else {
        groups.append([segment])
        bytes = segment.sizeBytes
      }
    }
    return groups
  }
}
