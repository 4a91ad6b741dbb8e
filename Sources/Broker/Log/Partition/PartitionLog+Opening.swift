import Logging
import NIOCore

extension PartitionLog {
  /// Opens the log in a folder, which may be empty.
  ///
  /// After a clean shutdown nothing but the ends of the indexes and one snapshot is read. Otherwise every segment that may not have been
  /// synced is read and verified: what is torn at the end is cut off, indexes and producers' states are built anew.
  ///
  /// - Throws: when the files cannot be read, or are damaged where they had been synced.
  static func open(
    folder: String, partition: TopicPartition, configuration: LogConfiguration, afterCleanShutdown: Bool, now: Int64,
    environment: LogEnvironment = LogEnvironment()
  ) throws(LogError) -> PartitionLog {
    let operations = environment.operations
    try CleanedSegments.recover(folder, operations: operations)
    let names = try operations.list(folder) ?? []
    for name in names where name.hasSuffix(SegmentName.deleted) || name.hasSuffix(".tmp") { try operations.remove("\(folder)/\(name)") }
    let storedStart = try checkpoint(OffsetCheckpoint.logStart, folder, operations) ?? 0
    let recoveryPoint = try checkpoint(OffsetCheckpoint.recoveryPoint, folder, operations) ?? 0
    let bases = names.compactMap { SegmentName.offset(in: $0, SegmentName.log) }.sorted()
    let snapshots = names.compactMap { SegmentName.offset(in: $0, SegmentName.snapshot) }.sorted(by: >)
    var opening = LogOpening(
      folder: folder, partition: partition, configuration: configuration, environment: environment, now: now,
      trustedUpTo: afterCleanShutdown ? .max : recoveryPoint)
    try removeIndexes(names, without: Set(bases), folder, operations)
    try opening.loadProducers(snapshots)
    for base in bases { try opening.open(base) }
    if opening.segments.isEmpty { opening.segments = [try makeSegment(folder, at: storedStart, now: now, environment)] }
    try opening.finish()
    let end = opening.segments[opening.segments.count - 1].nextOffset
    let log = PartitionLog(
      partition: partition, folder: folder, configuration: configuration, environment: environment, segments: opening.segments,
      producers: opening.producers, logStartOffset: min(max(storedStart, opening.segments[0].baseOffset), end),
      flushedOffset: end, recoveryPoint: min(recoveryPoint, end), cleanedOffset: try checkpoint(cleanerCheckpoint, folder, operations))
    log.hasNewNames = bases.isEmpty
    if opening.hasScanned {
      try operations.synchronizeFolder(folder)
      log.markFlushed(upTo: end)
    }
    if recoveryPoint > end {
      // The log lost its end. What is appended there from now on is not synced yet.
      try OffsetCheckpoint(folder: folder, name: OffsetCheckpoint.recoveryPoint, operations: operations).store(end, durably: true)
    }
    return log
  }

  /// Indexes whose segment retention was removing when the broker ended.
  private static func removeIndexes(
    _ names: [String], without bases: Set<Int64>, _ folder: String, _ operations: FileOperations
  ) throws(LogError) {
    for name in names {
      guard let base = SegmentName.offset(in: name, SegmentName.index) ?? SegmentName.offset(in: name, SegmentName.transactionIndex),
        !bases.contains(base)
      else { continue }
      try operations.remove("\(folder)/\(name)")
    }
  }

  static func makeSegment(_ folder: String, at offset: Int64, now: Int64, _ environment: LogEnvironment) throws(LogError) -> Segment {
    let path = SegmentName.path(folder, offset, SegmentName.log)
    environment.operations.close(try environment.operations.open(path, create: true, empty: true))
    try environment.operations.remove(SegmentName.path(folder, offset, SegmentName.index))
    return try Segment(folder: folder, baseOffset: offset, createdAt: now, descriptors: environment.descriptors)
  }

  static let cleanerCheckpoint = "cleaner-offset-checkpoint"

  static func checkpoint(_ name: String, _ folder: String, _ operations: FileOperations) throws(LogError) -> Int64? {
    try OffsetCheckpoint(folder: folder, name: name, operations: operations).load()
  }
}
