/// Which part of a log can be compacted now, and whether it is worth it (Kafka's `LogCleanerManager`).
struct CleaningRange: Equatable, Sendable {
  /// The segments to compact, from the log's start.
  var segments: [CleanableSegment]
  var firstDirtyOffset: Int64
  var firstUncleanableOffset: Int64
  /// The dirty part of the bytes, 0 to 1.
  var dirtyRatio: Double

  /// - Parameters:
  ///   - sealed: the log's segments but for the active one, ascending.
  ///   - activeOffset: base offset of the active segment.
  ///   - checkpoint: where the last compaction ended; nil when it is not known.
  ///   - now: milliseconds since the Unix epoch.
  /// - Returns: nil when nothing can or needs to be done.
  init?(
    sealed: [CleanableSegment], activeOffset: Int64, logStartOffset: Int64, lastStableOffset: Int64, checkpoint: Int64?,
    configuration: LogConfiguration, now: Int64
  ) {
    // A checkpoint outside of the log belongs to data that is gone: everything counts as dirty.
    let dirty = checkpoint.flatMap { $0 >= logStartOffset && $0 <= activeOffset ? $0 : nil } ?? logStartOffset
    let stable = sealed.first { $0.nextOffset > lastStableOffset }?.baseOffset ?? activeOffset
    var limit = min(stable, activeOffset)
    if configuration.minCompactionLagMillis > 0 {
      let newest = now - configuration.minCompactionLagMillis
      if let recent = sealed.first(where: { $0.nextOffset > dirty && $0.largestTimestamp > newest }) {
        limit = min(limit, recent.baseOffset)
      }
    }
    guard limit > dirty else { return nil }
    segments = sealed.filter { $0.baseOffset < limit }
    let dirtySegments = segments.filter { $0.nextOffset > dirty }
    let dirtyBytes = dirtySegments.reduce(0) { $0 + $1.sizeBytes }
    let cleanBytes = segments.reduce(0) { $0 + $1.sizeBytes } - dirtyBytes
    guard dirtyBytes > 0 else { return nil }
    firstDirtyOffset = dirty
    firstUncleanableOffset = limit
    dirtyRatio = Double(dirtyBytes) / Double(dirtyBytes + cleanBytes)

    let latest = now.subtractingReportingOverflow(max(0, configuration.maxCompactionLagMillis))
    let isOverdue = !latest.overflow && dirtySegments.contains { $0.firstTimestamp > 0 && $0.firstTimestamp < latest.partialValue }
    guard isOverdue || dirtyRatio > configuration.minCleanableDirtyRatio else { return nil }
  }
}
