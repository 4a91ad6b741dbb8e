import NIOCore

extension Segment {
  /// What is read at once in search of a batch: headers beyond it cost a read each.
  private static let searchBytes = 8192

  /// The first batch that ends at `offset` or after it.
  func batch(endingAtOrAfter offset: Int64) throws(LogError) -> ScannedBatch? {
    guard offset < nextOffset else { return nil }
    let relative = UInt32(clamping: max(0, offset - baseOffset))
    let start = try index.entry(atOrBefore: relative).map { Int($0.position) } ?? 0
    return try firstBatch(from: start) { $0.lastOffset >= offset }
  }

  /// The first batch from a position on that satisfies a condition.
  func firstBatch(from start: Int, where condition: (BatchHeader) -> Bool) throws(LogError) -> ScannedBatch? {
    var position = start
    while position < size {
      let window = try log.read(at: position, count: min(Self.searchBytes, size - position))
      guard window.readableBytes >= BatchHeader.size else {
        throw LogError(path: log.path, reason: "ends at byte \(position + window.readableBytes), before \(size)")
      }
      var offset = 0
      while let header = BatchHeader(window, at: offset) {
        guard header.isPlausible, header.sizeInBytes <= size - position - offset else {
          throw LogError(path: log.path, reason: "there is no batch at byte \(position + offset)")
        }
        if condition(header) { return ScannedBatch(header: header, position: position + offset) }
        offset += header.sizeInBytes
        guard offset <= window.readableBytes - BatchHeader.size else { break }
      }
      position += offset
    }
    return nil
  }

  /// Whole batches from `first` on.
  ///
  /// - Parameters:
  ///   - minOneBatch: whether the first is returned though it is larger than `maxBytes` (KIP-74).
  ///   - limit: no batch that ends at this offset or after it.
  /// - Returns: the batches and the offset after the last of them.
  func read(
    from first: ScannedBatch, maxBytes: Int, minOneBatch: Bool, limit: Int64
  ) throws(LogError) -> (records: ByteBuffer, nextOffset: Int64) {
    let needed = first.header.sizeInBytes
    guard first.header.lastOffset < limit, minOneBatch || needed <= maxBytes else { return (ByteBuffer(), first.header.baseOffset) }
    let count = min(max(needed, maxBytes), size - first.position)
    var records = try log.read(at: first.position, count: count)
    let (whole, next) = records.withUnsafeReadableBytes { Self.wholeBatches($0, limit: limit) }
    guard whole > 0 else { throw LogError(path: log.path, reason: "there is no batch at byte \(first.position)") }
    records.moveWriterIndex(to: records.readerIndex + whole)
    return (records, next)
  }

  /// How many bytes whole batches take that end before `limit`, and the offset after them.
  private static func wholeBatches(_ bytes: UnsafeRawBufferPointer, limit: Int64) -> (bytes: Int, nextOffset: Int64) {
    var position = 0
    var next: Int64 = 0
    // Three of the header's fields are enough here, and parsing the rest would double the time spent on small batches.
    while bytes.count - position >= BatchHeader.size {
      let base = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int64.self))
      let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: Int32.self)))
      let delta = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: position + 23, as: Int32.self))
      let size = length + BatchHeader.overhead
      let last = base &+ Int64(delta)
      guard size >= BatchHeader.size, size <= bytes.count - position, last < limit, last >= next - 1 else { break }
      position += size
      next = last + 1
    }
    return (position, next)
  }

  /// The bytes of one batch.
  func bytes(of batch: ScannedBatch) throws(LogError) -> ByteBuffer {
    let bytes = try log.read(at: batch.position, count: batch.header.sizeInBytes)
    guard bytes.readableBytes == batch.header.sizeInBytes else {
      throw LogError(path: log.path, reason: "the batch at byte \(batch.position) is cut off")
    }
    return bytes
  }
}
