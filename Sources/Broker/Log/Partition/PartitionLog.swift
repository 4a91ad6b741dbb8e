import Logging
import NIOCore

/// The log of one partition: segments of record batches, appended to at the end, read from anywhere, cut off at the start (Kafka's
/// `UnifiedLog`). Confined to the event loop.
///
/// There is one replica, so that the high watermark is the log's end; where an append counts only once it is synced (``awaitsFlush``), it
/// is what has been synced. If you are debugging a start, read `+Opening`; what is gone, `+Retention`; what a reader sees, `+Reading` and `+Times`.
final class PartitionLog {
  let partition: TopicPartition
  let folder: String
  /// Applies from the next append, roll or sweep on.
  var configuration: LogConfiguration
  /// Whether readers see only what is synced: under the fsync policy `every-batch`, where nobody may act on what a power failure may undo.
  var awaitsFlush = false
  let environment: LogEnvironment

  /// Ascending, never empty; the last one is appended to.
  var segments: [Segment]
  var producers: ProducerStates
  /// The first offset that readers may ask for.
  private(set) var logStartOffset: Int64
  /// Everything before it is on the disk.
  var flushedOffset: Int64
  /// Sealed segments that may not be on the disk yet.
  var unsyncedSegments: [Segment] = []
  /// There are names in the folder that may not be on the disk yet.
  var hasNewNames = true
  var storedRecoveryPoint: Int64
  /// Where the last compaction ended; nil when that is not known.
  var cleanedOffset: Int64?
  /// Files of deleted segments, and when they may go.
  var retired: [(path: String, due: Int64)] = []
  /// Why the log answers nothing any more.
  private(set) var failure: LogError?

  init(
    partition: TopicPartition, folder: String, configuration: LogConfiguration, environment: LogEnvironment, segments: [Segment],
    producers: ProducerStates, logStartOffset: Int64, flushedOffset: Int64, recoveryPoint: Int64, cleanedOffset: Int64?
  ) {
    self.partition = partition
    self.folder = folder
    self.configuration = configuration
    self.environment = environment
    self.segments = segments
    self.producers = producers
    self.logStartOffset = logStartOffset
    self.flushedOffset = flushedOffset
    storedRecoveryPoint = recoveryPoint
    self.cleanedOffset = cleanedOffset
  }

  var active: Segment { segments[segments.count - 1] }
  /// The offset of the next record.
  var logEndOffset: Int64 { active.nextOffset }
  /// Readers see what lies before it.
  var highWatermark: Int64 { awaitsFlush ? min(flushedOffset, logEndOffset) : logEndOffset }
  /// Readers of committed data see what lies before it. A transaction may be open still though its first records are deleted.
  var lastStableOffset: Int64 { max(logStartOffset, min(producers.firstOpenTransactionOffset ?? highWatermark, highWatermark)) }
  var sizeBytes: Int { segments.reduce(0) { $0 + $1.size } }
  var segmentCount: Int { segments.count }
  var isOffline: Bool { failure != nil }

  /// Whether that producer has written here in a transaction that no marker has ended yet.
  func hasOpenTransaction(ofProducer id: Int64) -> Bool { producers.hasOpenTransaction(id) }

  // MARK: Appending

  /// Appends what a producer sent: one batch of format v2, as it came but for its offset and, where the topic says so, its time.
  ///
  /// - Returns: its offsets; for a batch that an idempotent producer sent before, those that it got then.
  /// - Throws: what the producer is to be told; nothing is appended then.
  func append(_ records: ByteBuffer, now: Int64) throws(AppendError) -> AppendResult { try append(records, .client, now: now) }

  /// Appends a batch of the broker's own coordinators, whose batches bear no sequence numbers.
  func appendAsCoordinator(_ records: ByteBuffer, now: Int64) throws(AppendError) -> AppendResult {
    try append(records, .coordinator, now: now)
  }

  private func append(_ records: ByteBuffer, _ origin: AppendOrigin, now: Int64) throws(AppendError) -> AppendResult {
    try checkOnline()
    let validator = BatchValidator(configuration: configuration, origin: origin, now: now)
    return try records.withUnsafeReadableBytes { bytes throws(AppendError) in
      let batch = try validator.validate(bytes)
      var header = batch.header
      if case .duplicate(let base, let last, let timestamp) = try producers.check(header, now: now, origin: origin) {
        let time = configuration.timestampType == .logAppendTime ? timestamp : -1
        return AppendResult(baseOffset: base, lastOffset: last, logAppendTime: time, isDuplicate: true)
      }
      try makeRoom(for: header, now: now)
      header.baseOffset = logEndOffset
      let rest = UnsafeRawBufferPointer(rebasing: bytes[BatchHeader.size..<header.sizeInBytes])
      if batch.changesChecksum { header.crc = header.checksum(records: rest) }
      try write(header, rest)
      producers.record(header, baseOffset: header.baseOffset, now: now)
      return AppendResult(
        baseOffset: header.baseOffset, lastOffset: header.lastOffset,
        logAppendTime: header.timestampType == .logAppendTime ? header.maxTimestamp : -1, isDuplicate: false)
    }
  }

  /// Ends a producer's transaction on this partition with a control batch.
  ///
  /// - Returns: the marker's offset.
  func appendMarker(_ marker: TransactionMarker, now: Int64) throws(AppendError) -> Int64 {
    try checkOnline()
    try producers.check(marker)
    let offset = logEndOffset
    let batch = marker.batch(offset: offset, timestamp: now)
    try batch.withUnsafeReadableBytes { bytes throws(AppendError) in
      guard let header = BatchHeader(bytes) else { throw AppendError(code: .unknownServerError, message: "a marker without a header") }
      try makeRoom(for: header, now: now)
      // The index goes first: a marker without its entry would let readers take aborted records for good, an entry without its marker is
      // taken back here, and by a restart.
      let entry = abortedTransaction(endedBy: marker, offset: offset)
      if let entry { try addToIndex(entry) }
      do throws(AppendError) {
        try write(header, UnsafeRawBufferPointer(rebasing: bytes[BatchHeader.size...]))
      } catch {
        if entry != nil { takeBackIndex(from: offset) }
        throw error
      }
    }
    _ = try producers.endTransaction(marker, offset: offset, now: now)
    return offset
  }

  /// What the index of aborted transactions gets from a marker at `offset`; nil where it commits, or ends nothing.
  private func abortedTransaction(endedBy marker: TransactionMarker, offset: Int64) -> AbortedTransaction? {
    guard marker.outcome == .abort,
      let ended = producers.openTransactions.first(where: { $0.producerID == marker.producerID })
    else { return nil }
    let stillOpen = producers.openTransactions.first { $0.producerID != marker.producerID }
    return AbortedTransaction(
      producerID: marker.producerID, firstOffset: ended.firstOffset, lastOffset: offset,
      lastStableOffset: stillOpen?.firstOffset ?? offset + 1)
  }

  private func addToIndex(_ transaction: AbortedTransaction) throws(AppendError) {
    do throws(LogError) {
      hasNewNames = hasNewNames || active.abortedTransactions.count == 0
      active.hasUnsyncedAborts = true
      try active.abortedTransactions.append(transaction, operations: environment.operations)
    } catch {
      environment.logger.error("an aborted transaction is not noted", metadata: ["partition": "\(partition)", "error": "\(error)"])
      throw AppendError(code: .kafkaStorageError, message: "the marker could not be written: \(error.reason)")
    }
  }

  private func takeBackIndex(from offset: Int64) {
    do throws(LogError) { try active.abortedTransactions.truncate(to: offset) } catch { takeOffline(error) }
  }

  private func write(_ header: BatchHeader, _ records: UnsafeRawBufferPointer) throws(AppendError) {
    do throws(LogError) {
      try active.append(header, records: records, indexInterval: configuration.indexIntervalBytes)
    } catch {
      environment.logger.error("records not written", metadata: ["partition": "\(partition)", "error": "\(error)"])
      throw AppendError(code: .kafkaStorageError, message: "the records could not be written: \(error.reason)")
    }
  }

  private func makeRoom(for header: BatchHeader, now: Int64) throws(AppendError) {
    let segment = active
    guard segment.size > 0 else { return }
    // A compressed batch's timestamp is the producer's word, and any number.
    let age =
      segment.firstTimestamp >= 0
      ? header.maxTimestamp.subtractingReportingOverflow(segment.firstTimestamp) : now.subtractingReportingOverflow(segment.createdAt)
    let oldest =
      configuration.cleanupCompact ? min(configuration.segmentMillis, configuration.maxCompactionLagMillis) : configuration.segmentMillis
    let isOld = !age.overflow && age.partialValue > oldest
    let isFull = segment.size + header.sizeInBytes > configuration.segmentBytes
    guard
      isFull || isOld || segment.index.isFull
        || !segment.canHold(logEndOffset + Int64(header.lastOffsetDelta))
    else { return }
    do throws(LogError) {
      try roll(now: now)
    } catch {
      environment.logger.error("no new segment", metadata: ["partition": "\(partition)", "error": "\(error)"])
      throw AppendError(code: .kafkaStorageError, message: "no new segment could be made: \(error.reason)")
    }
  }

  /// Seals the active segment and begins another one.
  func roll(now: Int64) throws(LogError) {
    let sealed = active
    let next = try Self.makeSegment(folder, at: sealed.nextOffset, now: now, environment)
    // Both only save work at the next start, which does without them where they are missing.
    try? sealed.storeIndex()
    try? storeSnapshot()
    unsyncedSegments.append(sealed)
    hasNewNames = true
    segments.append(next)
    environment.onRoll(self)
  }

  /// Remembers the producers' states as of the log's end. Kept are the last two and the newest of what is synced, where a recovery begins.
  func storeSnapshot() throws(LogError) {
    let operations = environment.operations
    let path = SegmentName.path(folder, logEndOffset, SegmentName.snapshot)
    producers.expire(now: environment.now())
    try operations.replace(path, with: producers.snapshot(upTo: logEndOffset), durably: false, folder: folder)
    let offsets = (try operations.list(folder) ?? []).compactMap { SegmentName.offset(in: $0, SegmentName.snapshot) }.sorted()
    let synced = offsets.last { $0 <= storedRecoveryPoint }
    for offset in offsets.dropLast(2) where offset != synced {
      try operations.remove(SegmentName.path(folder, offset, SegmentName.snapshot))
    }
  }

  // MARK: Ends

  /// Moves the start; it never moves back.
  func advanceStart(to offset: Int64) { logStartOffset = max(logStartOffset, offset) }

  /// The log answers everything with KAFKA_STORAGE_ERROR until a restart has looked at its files.
  func takeOffline(_ error: LogError) {
    guard failure == nil else { return }
    failure = error
    environment.logger.critical(
      "a partition is offline until the broker is started again", metadata: ["partition": "\(partition)", "error": "\(error)"])
  }

  func checkOnline() throws(AppendError) {
    if let failure { throw AppendError(code: .kafkaStorageError, message: "the partition is offline: \(failure.reason)") }
  }

  /// Stores what saves the next start from reading data, and closes the files. Everything must be synced.
  func close() throws(LogError) {
    defer { abandon() }
    let recoveryPoint = OffsetCheckpoint(folder: folder, name: OffsetCheckpoint.recoveryPoint, operations: environment.operations)
    guard failure == nil else {
      // Whatever the other logs' stop was: from here on, this one is not believed.
      try? recoveryPoint.store(storedRecoveryPoint, durably: false)
      return
    }
    try active.storeIndex()
    try active.index.synchronize()
    try storeSnapshot()
    try recoveryPoint.store(logEndOffset, durably: false)
  }

  /// Closes the files and stores nothing: the log is being deleted.
  func abandon() {
    for segment in segments { segment.close() }
  }
}
