import Logging
import NIOCore

extension PartitionLog {
  /// Opens the log in a folder, which may be empty.
  ///
  /// After a clean shutdown nothing but the ends of the indexes and one snapshot is read. Otherwise every segment that may not have been
  /// synced is read and verified: it is cut off at the first batch that is torn, with what follows, indexes and producers' states are built
  /// anew. Segments before the recovery point are believed; one that has to be read all the same, as its index is gone, and turns out to be
  /// damaged is not cut: the log comes up offline, with its files as they are (Kafka would leave a hole in the log).
  ///
  /// - Throws: when the files cannot be read or written.
  static func open(
    folder: String, partition: TopicPartition, configuration: LogConfiguration, afterCleanShutdown: Bool, now: Int64,
    environment: LogEnvironment = LogEnvironment()
  ) throws(LogError) -> PartitionLog {
    let operations = environment.operations
    try CleanedSegments.recover(folder, operations: operations)
    let names = try operations.list(folder) ?? []
    for name in names where name.hasSuffix(".tmp") { try operations.remove("\(folder)/\(name)") }
    let storedStart = try checkpoint(OffsetCheckpoint.logStart, folder, operations) ?? 0
    let storedRecoveryPoint = try checkpoint(OffsetCheckpoint.recoveryPoint, folder, operations)
    let recoveryPoint = storedRecoveryPoint ?? 0
    let bases = names.compactMap { SegmentName.offset(in: $0, SegmentName.log) }.sorted()
    let snapshots = names.compactMap { SegmentName.offset(in: $0, SegmentName.snapshot) }.sorted(by: >)
    var opening = LogOpening(
      folder: folder, partition: partition, configuration: configuration, environment: environment, now: now,
      trustedUpTo: storedRecoveryPoint ?? (afterCleanShutdown ? .max : 0))
    try removeIndexes(names, without: Set(bases), folder, operations)
    try opening.loadProducers(snapshots, first: bases.first ?? storedStart)
    for (index, base) in bases.enumerated() { try opening.open(base, before: bases.dropFirst(index + 1).first) }
    if opening.segments.isEmpty { opening.segments = [try makeSegment(folder, at: storedStart, now: now, environment)] }
    try opening.finish()
    if opening.damage == nil, storedStart > opening.end { try opening.restart(at: storedStart) }
    let end = opening.end
    let log = PartitionLog(
      partition: partition, folder: folder, configuration: configuration, environment: environment, segments: opening.segments,
      producers: opening.producers, logStartOffset: min(max(storedStart, opening.segments[0].baseOffset), end),
      flushedOffset: end, recoveryPoint: recoveryPoint, cleanedOffset: try checkpoint(cleanerCheckpoint, folder, operations))
    // To remove a large file takes long: not now.
    log.retired = names.filter { $0.hasSuffix(SegmentName.deleted) }.map { ("\(folder)/\($0)", now) }
    log.hasNewNames = bases.isEmpty
    if let damage = opening.damage {
      log.takeOffline(damage)
      return log
    }
    log.storedRecoveryPoint = min(recoveryPoint, end)
    if let cleaned = log.cleanedOffset, cleaned > end { log.markCleaned(upTo: 0) }
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
    for kind in [SegmentName.index, SegmentName.transactionIndex] {
      try environment.operations.remove(SegmentName.path(folder, offset, kind))
    }
    return try Segment(folder: folder, baseOffset: offset, createdAt: now, descriptors: environment.descriptors)
  }

  static let cleanerCheckpoint = "cleaner-offset-checkpoint"

  static func checkpoint(_ name: String, _ folder: String, _ operations: FileOperations) throws(LogError) -> Int64? {
    try OffsetCheckpoint(folder: folder, name: name, operations: operations).load()
  }
}
