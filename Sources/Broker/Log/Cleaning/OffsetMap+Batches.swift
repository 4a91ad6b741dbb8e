import NIOCore

extension OffsetMap {
  /// Adds the keys of a batch's records from `offset` on. A batch that cannot be looked into, or is too large to, adds none.
  ///
  /// - Returns: false when the map was full before its end; ``latestOffset`` is the last record's that it took then.
  mutating func add(_ header: BatchHeader, _ batch: UnsafeRawBufferPointer, from offset: Int64) throws -> Bool {
    guard let compression = header.compression, batch.count >= BatchHeader.size else { return true }
    let stored = UnsafeRawBufferPointer(rebasing: batch[BatchHeader.size...])
    if compression == .none { return try add(header, records: stored, from: offset) }
    guard let plain = try? Compression.decompress(ByteBuffer(bytes: stored), compression, limit: BatchFilter.largestPlainBatch) else {
      return true
    }
    return try plain.withUnsafeReadableBytes { try add(header, records: $0, from: offset) }
  }

  private mutating func add(_ header: BatchHeader, records: UnsafeRawBufferPointer, from first: Int64) throws -> Bool {
    var walk = RecordWalk(records)
    for _ in 0..<header.recordCount {
      let record = try walk.next()
      let offset = header.baseOffset + Int64(record.offsetDelta)
      guard let key = record.key, offset >= first else { continue }
      guard put(UnsafeRawBufferPointer(rebasing: records[key]), offset) else { return false }
      latestOffset = offset
    }
    return true
  }
}
