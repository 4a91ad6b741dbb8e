import Logging
import NIOCore

/// A log while it is being opened: segments in ascending order, producers' states as of the end of the last of them.
struct LogOpening {
  let folder: String
  let partition: TopicPartition
  let configuration: LogConfiguration
  let environment: LogEnvironment
  let now: Int64
  /// Segments that end at or before it were synced, with their indexes: they are believed.
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

  /// The newest snapshot that can be believed; none replays the whole log.
  ///
  /// - Parameter offsets: of all snapshots, the newest first.
  mutating func loadProducers(_ offsets: [Int64]) throws(LogError) {
    snapshots = offsets
    for offset in offsets {
      let path = SegmentName.path(folder, offset, SegmentName.snapshot)
      guard let bytes = try environment.operations.contents(path) else { continue }
      do throws(SnapshotError) {
        producers = try ProducerStates(snapshot: bytes)
        accountedUpTo = producers.snapshotOffset
        return
      } catch {
        environment.logger.warning("a snapshot of producers is not used", metadata: ["file": "\(path)", "error": "\(error)"])
      }
    }
  }

  /// Opens the next segment.
  mutating func open(_ base: Int64) throws(LogError) {
    let operations = environment.operations
    if isCut || base < segments.last?.nextOffset ?? 0 {
      environment.logger.warning("a segment behind a cut is removed", metadata: ["partition": "\(partition)", "segment": "\(base)"])
      for kind in [SegmentName.log, SegmentName.index, SegmentName.transactionIndex] {
        try operations.remove(SegmentName.path(folder, base, kind))
      }
      return
    }
    let file = try operations.status(SegmentName.path(folder, base, SegmentName.log))
    let size = file?.size ?? 0
    let segment = try makeSegment(base, createdAt: file?.modified ?? now)
    if try segment.adoptIndex(fileSize: size), segment.nextOffset <= trustedUpTo, accountedUpTo >= segment.nextOffset {
      segments.append(segment)
      return
    }
    try scan(segment, size)
    segments.append(segment)
  }

  /// When all segments are open.
  mutating func finish() throws(LogError) {
    let last = segments[segments.count - 1]
    try last.adoptFirstTimestamp()
    guard accountedUpTo > last.nextOffset else { return }
    // The snapshot knows of records that are not there: the log lost its end. What is there is the truth.
    environment.logger.warning("producers are read from the log again", metadata: ["partition": "\(partition)"])
    // They would be believed once the log has grown beyond them.
    for offset in snapshots where offset > last.nextOffset {
      try environment.operations.remove(SegmentName.path(folder, offset, SegmentName.snapshot))
    }
    producers = ProducerStates()
    accountedUpTo = 0
    for segment in segments { try scan(segment, segment.size) }
  }

  private mutating func scan(_ segment: Segment, _ size: Int) throws(LogError) {
    hasScanned = true
    var states = producers
    let from = accountedUpTo
    var aborted: [AbortedTransaction] = []
    let time = now
    let damage = try segment.rebuild(fileSize: size, indexInterval: configuration.indexIntervalBytes) {
      (header, batch) throws(LogError) in
      guard header.baseOffset >= from else { return }
      guard let marker = TransactionMarker(header: header, batch: batch) else {
        states.record(header, baseOffset: header.baseOffset, now: max(header.maxTimestamp, time))
        return
      }
      if let ended = try? states.endTransaction(marker, offset: header.baseOffset, now: time), ended.aborted {
        aborted.append(ended.asAborted)
      }
    }
    producers = states
    accountedUpTo = max(accountedUpTo, segment.nextOffset)
    // Entries from before the snapshot are in the file already.
    try segment.abortedTransactions.truncate(to: max(from, segment.baseOffset))
    for transaction in aborted { try segment.abortedTransactions.append(transaction) }
    if let damage {
      environment.logger.warning(
        "the end of a log is cut off: it was being written when the broker ended",
        metadata: [
          "partition": "\(partition)", "segment": "\(segment.baseOffset)", "bytes": "\(size - segment.size)",
          "next": "\(segment.nextOffset)", "found": "\(damage)",
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
