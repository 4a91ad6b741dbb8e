import Dispatch
import NIOCore

extension PartitionLog {
  /// Moves the log's start forward, durably, and drops the segments before it.
  ///
  /// - Parameter offset: at most the high watermark.
  func deleteRecords(before offset: Int64) throws(LogError) {
    if let failure { throw failure }
    guard offset > logStartOffset else { return }
    try storeStart(offset)
    advanceStart(to: offset)
    var result = RetentionResult()
    try dropSegmentsBeforeStart(now: environment.now(), &result)
  }

  /// Drops whole segments that `retention.ms` or `retention.bytes` lets go, the oldest first, and removes the files of those dropped
  /// `file.delete.delay.ms` ago.
  @discardableResult
  func applyRetention(now: Int64) throws(LogError) -> RetentionResult {
    var result = RetentionResult()
    removeDeletedFiles(now: now)
    guard failure == nil else { return result }
    producers.expire(now: now)
    if configuration.cleanupDelete {
      if configuration.retentionMillis >= 0 {
        let limit = now - configuration.retentionMillis
        try dropSegments(now: now, &result) { segment in
          (segment.maxTimestamp >= 0 ? segment.maxTimestamp : segment.createdAt) < limit
        }
      }
      if configuration.retentionBytes >= 0 {
        var excess = Int64(sizeBytes) - configuration.retentionBytes
        try dropSegments(now: now, &result) { segment in
          guard excess >= Int64(segment.size) else { return false }
          excess -= Int64(segment.size)
          return true
        }
      }
    }
    try dropSegmentsBeforeStart(now: now, &result)
    return result
  }

  private func dropSegmentsBeforeStart(now: Int64, _ result: inout RetentionResult) throws(LogError) {
    let start = logStartOffset
    // A compacted segment may end before the next one begins.
    try dropSegments(now: now, &result) { segment in (segments.count > 1 ? segments[1].baseOffset : segment.nextOffset) <= start }
  }

  /// Drops segments from the log's start while `isOver` says so; where that is the active one, a new one is begun.
  private func dropSegments(now: Int64, _ result: inout RetentionResult, while isOver: (Segment) -> Bool) throws(LogError) {
    while let first = segments.first, first.size > 0 || segments.count > 1, first.nextOffset <= highWatermark, isOver(first) {
      if segments.count == 1 {
        try roll(now: now)
        // Should a power failure take the new file's name and leave the others' new ones, offsets would begin at 0 again.
        try storeStart(active.baseOffset)
      }
      segments.removeFirst()
      unsyncedSegments.removeAll { $0 === first }
      advanceStart(to: segments[0].baseOffset)
      result.deletedSegments += 1
      result.deletedBytes += Int64(first.size)
      try retire(first, now: now)
    }
    guard result.deletedSegments > 0 else { return }
    environment.logger.info(
      "segments deleted",
      metadata: [
        "partition": "\(partition)", "segments": "\(result.deletedSegments)", "bytes": "\(result.deletedBytes)",
        "start": "\(logStartOffset)",
      ])
  }

  private func storeStart(_ offset: Int64) throws(LogError) {
    try OffsetCheckpoint(folder: folder, name: OffsetCheckpoint.logStart, operations: environment.operations)
      .store(offset, durably: true)
  }

  private func retire(_ segment: Segment, now: Int64) throws(LogError) {
    segment.close()
    // The data goes first: a kill in between must not leave data without the index of what was aborted in it.
    for kind in [SegmentName.log, SegmentName.index, SegmentName.transactionIndex] {
      let path = SegmentName.path(folder, segment.baseOffset, kind)
      guard try environment.operations.status(path) != nil else { continue }
      try environment.operations.rename(path, to: path + SegmentName.deleted)
      let due = now.addingReportingOverflow(configuration.fileDeleteDelayMillis)
      retired.append((path + SegmentName.deleted, due.overflow ? .max : due.partialValue))
    }
  }

  /// Removes the files of segments that were deleted `file.delete.delay.ms` ago. With a gibibyte each that takes its time: not on the event
  /// loop.
  func removeDeletedFiles(now: Int64) {
    let due = retired.filter { $0.due <= now }.map(\.path)
    guard !due.isEmpty else { return }
    retired.removeAll { $0.due <= now }
    DispatchQueue.global(qos: .utility).async {
      let operations = FileOperations()
      for path in due { try? operations.remove(path) }
    }
  }
}
