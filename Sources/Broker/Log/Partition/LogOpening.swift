import Logging
import NIOCore

/// A log while it is being opened: segments in ascending order, producers' states as of the end of the last of them.
struct LogOpening {
  let folder: String
  let partition: TopicPartition
  let configuration: LogConfiguration
  let environment: LogEnvironment
  let now: Int64
  /// Segments that end at or before it were synced, with their indexes: they are believed, and never cut.
  let trustedUpTo: Int64
  var segments: [Segment] = []
  var producers = ProducerStates()
  /// The producers' states account for everything before it.
  private var accountedUpTo: Int64 = 0
  private var snapshots: [Int64] = []
  /// A segment was read from end to end.
  private(set) var hasScanned = false
  /// The last segment was cut: what stands behind it does not follow any more.
  private var isCut = false
  /// Why the partition has to stay offline: what had been synced is not what it was. Segments from there on are left alone.
  private(set) var damage: LogError?

  init(
    folder: String, partition: TopicPartition, configuration: LogConfiguration, environment: LogEnvironment, now: Int64, trustedUpTo: Int64
  ) {
    self.folder = folder
    self.partition = partition
    self.configuration = configuration
    self.environment = environment
    self.now = now
    self.trustedUpTo = trustedUpTo
  }

  /// The end of the last segment.
  var end: Int64 { segments.last?.nextOffset ?? 0 }

  /// The newest snapshot of what was synced; none replays the whole log. One of what comes later is no better than the log's end: a power
  /// failure may have taken the records, or what the index of aborted transactions had of them.
  ///
  /// The one at the log's first segment is as good as what was synced: nothing from before it is left to be read again.
  ///
  /// - Parameters:
  ///   - offsets: of all snapshots, the newest first.
  ///   - first: base offset of the first segment.
  mutating func loadProducers(_ offsets: [Int64], first: Int64) throws(LogError) {
    snapshots = offsets
    try loadProducers(upTo: max(trustedUpTo, first))
  }

  private mutating func loadProducers(upTo limit: Int64) throws(LogError) {
    (producers, accountedUpTo) = (ProducerStates(), 0)
    for offset in snapshots where offset <= limit {
      let path = SegmentName.path(folder, offset, SegmentName.snapshot)
      guard let bytes = try environment.operations.contents(path) else { continue }
      do throws(SnapshotError) {
        let states = try ProducerStates(snapshot: bytes)
        guard states.snapshotOffset == offset else { throw SnapshotError(reason: "it is of offset \(states.snapshotOffset)") }
        (producers, accountedUpTo) = (states, offset)
        return
      } catch {
        environment.logger.warning("a snapshot of producers is not used", metadata: ["file": "\(path)", "error": "\(error)"])
      }
    }
  }

  /// Opens the next segment.
  ///
  /// - Parameter next: base offset of the one after it; nil for the last.
  mutating func open(_ base: Int64, before next: Int64?) throws(LogError) {
    let operations = environment.operations
    guard damage == nil else { return }
    guard isCut || base >= end else {
      damage = LogError(
        path: SegmentName.path(folder, base, SegmentName.log), reason: "begins before offset \(end), where the segment before it ends")
      return
    }
    if isCut {
      environment.logger.warning("a segment behind a cut is removed", metadata: ["partition": "\(partition)", "segment": "\(base)"])
      try removeFiles(of: base)
      return
    }
    let file = try operations.status(SegmentName.path(folder, base, SegmentName.log))
    let size = file?.size ?? 0
    let segment = try makeSegment(base, createdAt: file?.modified ?? now)
    if try segment.adoptIndex(fileSize: size), segment.nextOffset <= trustedUpTo, accountedUpTo >= segment.nextOffset {
      segments.append(segment)
      return
    }
    segments.append(segment)
    try scan(segment, size, before: next)
  }

  /// When all segments are open.
  mutating func finish() throws(LogError) {
    while damage == nil, accountedUpTo > end {
      // The snapshot knows of records that are not there: the log lost its end. What is there is the truth.
      environment.logger.warning("producers are read from the log again", metadata: ["partition": "\(partition)"])
      try loadProducers(upTo: end)
      for (index, segment) in segments.enumerated() where segment.nextOffset > accountedUpTo && damage == nil {
        try scan(segment, segment.size, before: segments.dropFirst(index + 1).first?.baseOffset)
      }
    }
    guard damage == nil, let last = segments.last else { return }
    // They would be believed once the log has grown beyond them.
    for offset in snapshots where offset > end {
      try environment.operations.remove(SegmentName.path(folder, offset, SegmentName.snapshot))
    }
    // An abort is noted before its marker is written; a kill in between leaves a note without one.
    try last.abortedTransactions.truncate(to: end)
    // Without it the segment's age counts from its making; what cannot be read is told to who reads it.
    try? last.adoptFirstTimestamp()
  }

  /// The log's end lies before records that had been deleted: it goes on behind them, or new records would count as deleted at the next start.
  mutating func restart(at offset: Int64) throws(LogError) {
    environment.logger.error(
      "a log lost its end and begins anew", metadata: ["partition": "\(partition)", "end": "\(end)", "start": "\(offset)"])
    for segment in segments {
      segment.close()
      try removeFiles(of: segment.baseOffset)
    }
    segments = [try PartitionLog.makeSegment(folder, at: offset, now: now, environment)]
    hasScanned = true
  }

  private func removeFiles(of base: Int64) throws(LogError) {
    for kind in [SegmentName.log, SegmentName.index, SegmentName.transactionIndex] {
      try environment.operations.remove(SegmentName.path(folder, base, kind))
    }
  }

  private mutating func scan(_ segment: Segment, _ size: Int, before next: Int64?) throws(LogError) {
    hasScanned = true
    var states = producers
    let from = accountedUpTo
    var aborted: [AbortedTransaction] = []
    let time = now
    let found = try segment.rebuild(fileSize: size, indexInterval: configuration.indexIntervalBytes) {
      (header, batch) throws(LogError) in
      guard header.baseOffset >= from else { return }
      guard let marker = TransactionMarker(header: header, batch: batch) else {
        states.record(header, baseOffset: header.baseOffset, now: time)
        return
      }
      if let ended = try? states.endTransaction(marker, offset: header.baseOffset, now: time), ended.aborted {
        aborted.append(ended.asAborted)
      }
    }
    // At the log's end it is what a kill or a power failure left of an append. Before data that was synced, it is a disk that forgets, and
    // to cut there would throw away all that follows.
    if let found, let next, next <= trustedUpTo {
      damage = LogError(path: segment.log.path, reason: "is damaged: \(found); it had been synced, and \(size) bytes are there")
      return
    }
    producers = states
    accountedUpTo = max(accountedUpTo, segment.nextOffset)
    // Entries from before the snapshot are in the file already.
    try segment.abortedTransactions.truncate(to: max(from, segment.baseOffset))
    for transaction in aborted { try segment.abortedTransactions.append(transaction) }
    if let found {
      environment.logger.warning(
        "the end of a log is cut off: it was being written when the broker ended",
        metadata: [
          "partition": "\(partition)", "segment": "\(segment.baseOffset)", "bytes": "\(size - segment.size)",
          "next": "\(segment.nextOffset)", "found": "\(found)",
        ])
      try segment.cutTornTail()
      isCut = true
    }
    try segment.storeIndex()
    // What was read may be in the page cache only; readers may act on it from now on, and the next start believes it.
    try segment.log.synchronize()
    try segment.index.file.synchronize()
    if !aborted.isEmpty { try environment.operations.synchronizeFile(segment.abortedTransactions.path) }
  }

  private func makeSegment(_ base: Int64, createdAt: Int64) throws(LogError) -> Segment {
    let path = SegmentName.path(folder, base, SegmentName.index)
    let stored = (try environment.operations.status(path)?.size ?? 0) / IndexEntry.size
    return try Segment(
      folder: folder, baseOffset: base, createdAt: createdAt, descriptors: environment.descriptors,
      index: (stored, try lastEntry(path, stored)))
  }

  private func lastEntry(_ path: String, _ stored: Int) throws(LogError) -> IndexEntry? {
    guard stored > 0 else { return nil }
    let operations = environment.operations
    let descriptor = try operations.open(path)
    defer { operations.close(descriptor) }
    let bytes = try operations.read(descriptor, at: (stored - 1) * IndexEntry.size, count: IndexEntry.size, path: path)
    return bytes.withUnsafeReadableBytes { IndexEntry($0) }
  }
}
