import NIOCore

/// What compaction leaves of one batch (Kafka's `RecordFilter` in `LogCleaner`, and `MemoryRecords.filterTo`). Pure: bytes in, bytes out.
struct BatchFilter {
  enum Outcome {
    case drop
    /// The batch, byte for byte.
    case keep
    /// Another batch of the same offsets, with fewer records or with a delete horizon; perhaps with no records at all.
    case replace(ByteBuffer)
  }

  /// Larger batches, once decompressed, are left as they are: memory is bounded, and to retain a record is never wrong.
  static let largestPlainBatch = 64 << 20

  let map: OffsetMap
  /// Milliseconds since the Unix epoch.
  let now: Int64
  let deleteRetentionMillis: Int64
  let lastRecords: [Int64: LastRecord]

  /// - Parameters:
  ///   - batch: all of it.
  ///   - isDiscardable: what ``CleanedTransactions`` says of it: an aborted transaction's, or a marker that has nothing left before it.
  ///   - isLast: of the segment that is being written, which must not end up empty.
  /// - Throws: when the records are not what the header says.
  func filter(_ header: BatchHeader, _ batch: UnsafeRawBufferPointer, isDiscardable: Bool, isLast: Bool) throws -> Outcome {
    let retainsEmpty = isLast || isLastOfProducer(header)
    // A marker goes once its delete horizon has passed, so that a slow reader of an aborted transaction's records still meets it.
    let hasPassed = header.hasDeleteHorizon && header.baseTimestamp <= now
    if header.recordCount == 0 || (isDiscardable && (!header.isControl || hasPassed)) {
      guard retainsEmpty else { return .drop }
      return header.recordCount == 0 ? .keep : .replace(emptied(header))
    }
    if header.isControl {
      guard isDiscardable, !header.hasDeleteHorizon else { return .keep }
    }
    guard let compression = header.compression, batch.count >= BatchHeader.size else { return .keep }
    let stored = UnsafeRawBufferPointer(rebasing: batch[BatchHeader.size...])
    if compression == .none { return try filter(header, records: stored, compression, retainsEmpty: retainsEmpty) }
    guard let plain = try? Compression.decompress(ByteBuffer(bytes: stored), compression, limit: Self.largestPlainBatch) else {
      return .keep
    }
    return try plain.withUnsafeReadableBytes { try filter(header, records: $0, compression, retainsEmpty: retainsEmpty) }
  }

  private func filter(
    _ header: BatchHeader, records bytes: UnsafeRawBufferPointer, _ compression: CompressionType, retainsEmpty: Bool
  ) throws -> Outcome {
    var kept: [RecordFields] = []
    var hasTombstones = false
    var maxTimestamp: Int64 = -1
    var walk = RecordWalk(bytes)
    for _ in 0..<header.recordCount {
      let record = try walk.next()
      guard header.isControl || retains(record, of: header, in: bytes) else { continue }
      kept.append(record)
      hasTombstones = hasTombstones || (record.value == nil)
      maxTimestamp = max(maxTimestamp, header.baseTimestamp &+ record.timestampDelta)
    }
    guard !kept.isEmpty else { return retainsEmpty ? .replace(emptied(header)) : .drop }
    let setsHorizon = (hasTombstones || header.isControl) && !header.hasDeleteHorizon
    if kept.count == Int(header.recordCount), !setsHorizon { return .keep }

    var header = header
    header.recordCount = Int32(clamping: kept.count)
    if header.timestampType == .createTime { header.maxTimestamp = maxTimestamp }
    var shift: Int64 = 0
    if setsHorizon {
      let horizon = now.addingReportingOverflow(max(0, deleteRetentionMillis))
      let newBase = horizon.overflow ? Int64.max : horizon.partialValue
      shift = header.baseTimestamp &- newBase
      header.baseTimestamp = newBase
      header.attributes |= 0x40
    }
    let plain = Self.join(kept, of: bytes, shiftingTimestampsBy: shift)
    return .replace(header.batch(records: try Compression.compress(plain, compression)))
  }

  private func retains(_ record: RecordFields, of header: BatchHeader, in bytes: UnsafeRawBufferPointer) -> Bool {
    let offset = header.baseOffset + Int64(record.offsetDelta)
    guard offset <= map.latestOffset else { return true }
    // No producer could have written a record without a key while the topic was compacted.
    guard let key = record.key else { return false }
    guard offset >= map.offset(of: UnsafeRawBufferPointer(rebasing: bytes[key])) else { return false }
    // The header's base timestamp is the horizon then (KIP-534).
    return record.value != nil || !header.hasDeleteHorizon || now < header.baseTimestamp
  }

  /// Whether a restart would forget the producer's sequence or epoch without this batch.
  private func isLastOfProducer(_ header: BatchHeader) -> Bool {
    guard header.hasProducer, let last = lastRecords[header.producerID] else { return false }
    guard let offset = last.lastDataOffset else { return header.isControl && header.producerEpoch == last.producerEpoch }
    return header.lastOffset == offset
  }

  /// The batch without its records: offsets, sequence and epoch stay.
  private func emptied(_ header: BatchHeader) -> ByteBuffer {
    var header = header
    header.attributes &= ~0x47
    header.baseTimestamp = -1
    header.recordCount = 0
    return header.batch(records: ByteBuffer())
  }

  /// The records one after the other, each as it stood, or with another timestamp delta where the batch's base timestamp has moved.
  private static func join(
    _ records: [RecordFields], of bytes: UnsafeRawBufferPointer, shiftingTimestampsBy shift: Int64
  ) -> ByteBuffer {
    var joined = ByteBuffer()
    joined.reserveCapacity(records.reduce(0) { $0 + $1.bytes.count })
    for record in records {
      guard shift != 0 else {
        joined.writeBytes(bytes[record.bytes])
        continue
      }
      // length | attributes, timestamp delta | offset delta, key, value, headers
      var body = ByteBuffer()
      var reading = ByteBuffer()
      reading.writeBytes(bytes[record.bytes])
      reading.skipVarint()
      body.writeInteger(reading.readInteger(as: Int8.self) ?? 0)
      reading.skipVarint()
      body.writeVarint(record.timestampDelta &+ shift)
      body.writeBuffer(&reading)
      joined.writeVarint(Int64(body.readableBytes))
      joined.writeBuffer(&body)
    }
    return joined
  }
}

extension ByteBuffer {
  /// Zigzag varint, as inside records.
  fileprivate mutating func writeVarint(_ value: Int64) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    writeInteger(UInt8(truncatingIfNeeded: rest))
  }

  fileprivate mutating func skipVarint() {
    while let byte = readInteger(as: UInt8.self), byte >= 0x80 {}
  }
}
