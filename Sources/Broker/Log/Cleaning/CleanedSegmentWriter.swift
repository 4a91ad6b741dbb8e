import NIOCore

/// Writes a new segment during compaction: `.log.cleaned`, `.index.cleaned` and, when there are any, `.txnindex.cleaned`. For the cleaner's
/// thread; holds a mebibyte at most, and the index.
struct CleanedSegmentWriter: ~Copyable {
  private static let chunkBytes = 1 << 20

  private let operations: FileOperations
  private let folder: String
  private let baseOffset: Int64
  private let indexInterval: Int
  private let path: String
  private let descriptor: Int32
  private var chunk = ByteBuffer()
  private var written = 0
  private var index = ByteBuffer()
  private var bytesSinceEntry = 0
  private(set) var largestTimestamp: Int64 = -1

  init(folder: String, baseOffset: Int64, indexInterval: Int, operations: FileOperations) throws(LogError) {
    self.operations = operations
    self.folder = folder
    self.baseOffset = baseOffset
    self.indexInterval = indexInterval
    path = CleanedSegments.path(folder, baseOffset, SegmentName.log)
    descriptor = try operations.open(path, create: true, empty: true)
  }

  deinit { operations.close(descriptor) }

  /// Of the batches.
  var sizeBytes: Int { written + chunk.readableBytes }

  mutating func append(_ header: BatchHeader, _ batch: UnsafeRawBufferPointer) throws(LogError) {
    if bytesSinceEntry >= indexInterval {
      writeEntry(offset: header.baseOffset)
      bytesSinceEntry = 0
    }
    chunk.writeBytes(batch)
    bytesSinceEntry += batch.count
    largestTimestamp = max(largestTimestamp, header.maxTimestamp)
    if chunk.readableBytes >= Self.chunkBytes { try flush() }
  }

  /// Writes what is left and makes all of it durable.
  ///
  /// - Parameter nextOffset: where the next segment begins.
  mutating func finish(nextOffset: Int64, abortedTransactions: [AbortedTransaction]) throws(LogError) {
    try flush()
    try operations.synchronize(descriptor, path: path)
    writeEntry(offset: nextOffset)
    try store(index, SegmentName.index)
    if !abortedTransactions.isEmpty { try store(AbortedTransactions.encode(abortedTransactions), SegmentName.transactionIndex) }
  }

  private mutating func writeEntry(offset: Int64) {
    index.writeMultipleIntegers(UInt32(clamping: offset - baseOffset), UInt32(clamping: sizeBytes), largestTimestamp)
  }

  private mutating func flush() throws(LogError) {
    let position = written
    try chunk.withUnsafeReadableBytes { bytes throws(LogError) in
      try operations.write(descriptor, at: position, bytes, UnsafeRawBufferPointer(start: nil, count: 0), path: path)
    }
    written += chunk.readableBytes
    chunk.clear()
  }

  private func store(_ bytes: ByteBuffer, _ suffix: String) throws(LogError) {
    try operations.replace(CleanedSegments.path(folder, baseOffset, suffix), with: bytes, durably: true, folder: folder)
  }
}
