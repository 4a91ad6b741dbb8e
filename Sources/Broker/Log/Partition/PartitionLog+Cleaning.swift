import NIOCore

extension PartitionLog: CleanableLog {
  func cleaningPlan(now: Int64) throws(LogError) -> CleaningPlan? {
    guard failure == nil else { return nil }
    var sealed: [CleanableSegment] = []
    for (segment, next) in zip(segments, segments.dropFirst()) {
      // Segments that were opened by their index have not been asked yet.
      if configuration.maxCompactionLagMillis < .max, segment.firstTimestamp < 0, segment.maxTimestamp >= 0,
        next.baseOffset > cleanedOffset ?? logStartOffset
      {
        try segment.adoptFirstTimestamp()
      }
      sealed.append(
        CleanableSegment(
          baseOffset: segment.baseOffset, nextOffset: next.baseOffset, sizeBytes: segment.size, largestTimestamp: segment.maxTimestamp,
          firstTimestamp: segment.firstTimestamp))
    }
    guard
      let range = CleaningRange(
        sealed: sealed, activeOffset: active.baseOffset, logStartOffset: logStartOffset, lastStableOffset: lastStableOffset,
        checkpoint: cleanedOffset, configuration: configuration, now: now)
    else { return nil }
    return CleaningPlan(
      partition: partition, folder: folder, configuration: configuration, segments: range.segments,
      abortedTransactions: segments.map(\.abortedTransactions), firstDirtyOffset: range.firstDirtyOffset,
      firstUncleanableOffset: range.firstUncleanableOffset, lastRecords: producers.lastRecords, now: now, dirtyRatio: range.dirtyRatio)
  }

  func adopt(_ cleaned: CleanedSegment) throws(LogError) -> Bool {
    guard let first = segments.firstIndex(where: { $0.baseOffset == cleaned.baseOffset }) else { return false }
    let range = first..<(first + cleaned.replaced.count)
    guard range.upperBound < segments.count, segments[range].map(\.baseOffset) == cleaned.replaced else { return false }
    for segment in segments[range] { segment.close() }
    try CleanedSegments.swap(cleaned, in: folder, operations: environment.operations)
    let path = SegmentName.path(folder, cleaned.baseOffset, SegmentName.index)
    let stored = (try environment.operations.status(path)?.size ?? 0) / IndexEntry.size
    let file = SegmentFile(path: path, descriptors: environment.descriptors)
    defer { file.close() }
    let last = stored > 0 ? try file.read(at: (stored - 1) * IndexEntry.size, count: IndexEntry.size) : ByteBuffer()
    let segment = try Segment(
      folder: folder, baseOffset: cleaned.baseOffset, createdAt: environment.now(), descriptors: environment.descriptors,
      index: (stored, last.withUnsafeReadableBytes { IndexEntry($0) }))
    guard try segment.adoptIndex(fileSize: cleaned.sizeBytes) else {
      throw LogError(path: path, reason: "does not belong to the compacted segment")
    }
    let replaced = segments[range]
    unsyncedSegments.removeAll { unsynced in replaced.contains { $0 === unsynced } }
    segments.replaceSubrange(range, with: [segment])
    return true
  }

  func markCleaned(upTo offset: Int64) {
    cleanedOffset = offset
    // Without it the next compaction does more than it has to.
    try? OffsetCheckpoint(folder: folder, name: Self.cleanerCheckpoint, operations: environment.operations).store(offset, durably: false)
  }
}
