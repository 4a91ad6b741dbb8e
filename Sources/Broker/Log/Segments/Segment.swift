import NIOCore

/// One stretch of a log: a file of batches, its index, and the index of the transactions that were aborted in it. Confined to the event loop.
final class Segment {
  /// A batch's offset from the base must fit into an index entry; the limit is Kafka's.
  static let largestRelativeOffset = Int64(Int32.max)

  let baseOffset: Int64
  let log: SegmentFile
  let index: SegmentIndex
  var abortedTransactions: AbortedTransactions
  /// Bytes of whole batches in the file.
  private(set) var size = 0
  /// The offset after the last batch.
  private(set) var nextOffset: Int64
  /// The largest timestamp of all batches, -1 for none.
  private(set) var maxTimestamp: Int64 = -1
  /// The largest timestamp of the first batch, -1 for none: a segment's age counts from it.
  private(set) var firstTimestamp: Int64 = -1
  /// When the file was made or last changed, milliseconds since the Unix epoch.
  let createdAt: Int64
  /// There are entries in the index of aborted transactions that may not be on the disk yet.
  var hasUnsyncedAborts = false
  private var bytesSinceEntry = 0
  /// A write failed and what it left could not be cut off yet.
  private var hasTornTail = false

  /// - Parameter createdAt: the file's time.
  init(
    folder: String, baseOffset: Int64, createdAt: Int64, descriptors: DescriptorCache, index: (stored: Int, last: IndexEntry?) = (0, nil)
  )
    throws(LogError)
  {
    self.baseOffset = baseOffset
    self.createdAt = createdAt
    nextOffset = baseOffset
    log = SegmentFile(path: SegmentName.path(folder, baseOffset, SegmentName.log), descriptors: descriptors)
    self.index = SegmentIndex(
      file: SegmentFile(
        path: SegmentName.path(folder, baseOffset, SegmentName.index), descriptors: descriptors, createdWhenMissing: true),
      stored: index.stored, last: index.last)
    abortedTransactions = try AbortedTransactions(path: SegmentName.path(folder, baseOffset, SegmentName.transactionIndex))
  }

  /// Whether a batch that ends at `offset` can be addressed from this segment's base.
  func canHold(_ offset: Int64) -> Bool { offset - baseOffset >= 0 && offset - baseOffset <= Self.largestRelativeOffset }

  /// Appends one batch, all of it or, with an error, nothing of it.
  ///
  /// - Parameters:
  ///   - header: as it is to be stored.
  ///   - records: what follows the header.
  func append(_ header: BatchHeader, records: UnsafeRawBufferPointer, indexInterval: Int) throws(LogError) {
    if hasTornTail { try cutTornTail() }
    do throws(LogError) {
      try withUnsafeTemporaryAllocation(byteCount: BatchHeader.size, alignment: 8) { bytes throws(LogError) in
        header.store(into: bytes)
        try log.write(at: size, UnsafeRawBufferPointer(bytes), records)
      }
    } catch {
      hasTornTail = true
      try? cutTornTail()
      throw error
    }
    note(header, position: size, indexInterval: indexInterval)
  }

  /// Takes a batch at the segment's end into account.
  private func note(_ header: BatchHeader, position: Int, indexInterval: Int) {
    if size > 0, bytesSinceEntry >= indexInterval {
      index.append(entry(relativeTo: header.baseOffset))
      bytesSinceEntry = 0
    }
    if size == 0 { firstTimestamp = header.maxTimestamp }
    bytesSinceEntry += header.sizeInBytes
    size = position + header.sizeInBytes
    nextOffset = header.nextOffset
    maxTimestamp = max(maxTimestamp, header.maxTimestamp)
  }

  private func entry(relativeTo offset: Int64) -> IndexEntry {
    IndexEntry(relativeOffset: UInt32(clamping: offset - baseOffset), position: UInt32(clamping: size), timestamp: maxTimestamp)
  }

  /// Cuts off what is behind the last whole batch of which the log knows.
  func cutTornTail() throws(LogError) {
    try log.truncate(to: size)
    hasTornTail = false
  }

  /// Ends the index with an entry for the segment's end, by which a start knows that the index is complete.
  func storeIndex() throws(LogError) {
    if size > 0 { index.append(entry(relativeTo: nextOffset)) }
    try index.store()
  }

  /// Takes size, end and time from the index; false when the index does not belong to a file of that size.
  func adoptIndex(fileSize: Int) throws(LogError) -> Bool {
    // Compaction may leave a segment without any batch, whose index tells where the next one begins.
    guard fileSize > 0 || index.count > 0 else { return true }
    guard let last = index.last, Int(last.position) == fileSize, last.relativeOffset > 0 else { return false }
    size = fileSize
    nextOffset = baseOffset + Int64(last.relativeOffset)
    maxTimestamp = last.timestamp
    return true
  }

  /// Reads the first batch's time, which only the active segment needs, and compaction where it may not lag.
  func adoptFirstTimestamp() throws(LogError) {
    guard size > 0, let header = try header(at: 0) else { return }
    firstTimestamp = header.maxTimestamp
  }

  /// Reads the whole file, verifies every batch, and builds the index anew.
  ///
  /// - Parameter visit: gets every whole batch in order.
  /// - Returns: why the scan ended before the file's end, nil when it did not. The file is not cut yet.
  func rebuild(
    fileSize: Int, indexInterval: Int, visit: (BatchHeader, UnsafeRawBufferPointer) throws(LogError) -> Void
  ) throws(LogError) -> String? {
    try index.truncate(to: 0)
    (size, nextOffset, maxTimestamp, firstTimestamp, bytesSinceEntry) = (0, baseOffset, -1, -1, 0)
    let scanner = try log.scanner(to: fileSize)
    while let found = try scanner.next(verifying: true) {
      guard found.header.baseOffset >= nextOffset, canHold(found.header.lastOffset) else {
        return "offset \(found.header.baseOffset) follows \(nextOffset - 1) at byte \(found.position)"
      }
      note(found.header, position: found.position, indexInterval: indexInterval)
      try visit(found.header, scanner.batch)
    }
    return scanner.damage
  }

  /// The header of the batch at a position; nil where the segment ends.
  func header(at position: Int) throws(LogError) -> BatchHeader? {
    guard position + BatchHeader.size <= size else { return nil }
    let header = try withUnsafeTemporaryAllocation(byteCount: BatchHeader.size, alignment: 8) { bytes throws(LogError) in
      _ = try log.read(at: position, into: bytes)
      return BatchHeader(UnsafeRawBufferPointer(bytes))
    }
    guard let header, header.isPlausible, header.sizeInBytes <= size - position else {
      throw LogError(path: log.path, reason: "there is no batch at byte \(position)")
    }
    return header
  }

  func close() {
    log.close()
    index.file.close()
  }
}
