import NIOCore

/// Builds one uncompressed v2 batch, record by record.
struct RecordBatchBuilder {
  /// Offset of the batch.
  private let baseOffset: Int64
  private var baseTimestamp: Int64?
  private var maxTimestamp: Int64 = -1
  private var count: Int32 = 0
  private var lastOffsetDelta: Int32 = -1
  private var records = ByteBuffer()

  /// -1 for none.
  var producerID: Int64 = -1
  var producerEpoch: Int16 = -1
  var baseSequence: Int32 = -1
  var isTransactional = false
  var isControl = false
  var timestampType = TimestampType.createTime

  /// - Parameter baseTimestamp: what timestamps are stored relative to; the first record's unless given.
  init(baseOffset: Int64 = 0, baseTimestamp: Int64? = nil) {
    self.baseOffset = baseOffset
    self.baseTimestamp = baseTimestamp
  }

  var isEmpty: Bool { count == 0 }
  /// Bytes of the batch as it is now.
  var sizeInBytes: Int { BatchHeader.size + records.readableBytes }

  /// - Parameter offset: greater than the one before; the next one unless given.
  mutating func append(key: ByteBuffer?, value: ByteBuffer?, headers: [RecordHeader] = [], timestamp: Int64, offset: Int64? = nil) {
    let delta = offset.map { Int32(clamping: $0 - baseOffset) } ?? lastOffsetDelta + 1
    let base = baseTimestamp ?? timestamp
    baseTimestamp = base
    var body = ByteBuffer()
    body.writeInteger(0 as Int8)
    body.writeZigZag(timestamp &- base)
    body.writeZigZag(Int64(delta))
    body.writeField(key)
    body.writeField(value)
    body.writeZigZag(Int64(headers.count))
    for header in headers {
      body.writeField(header.name)
      body.writeField(header.value)
    }
    records.writeField(body)
    note(delta: delta, timestamp: timestamp)
  }

  /// Takes a record over as it stands in a batch of the same base offset and the same base timestamp (both given to `init`).
  mutating func append(_ record: Record) {
    records.writeImmutableBuffer(record.bytes)
    note(delta: Int32(clamping: record.offset - baseOffset), timestamp: record.timestamp)
  }

  /// The batch, with length and checksum.
  ///
  /// - Parameter lastOffset: where it is to end though its last record is an earlier one, as compaction leaves it.
  func finish(lastOffset: Int64? = nil) -> ByteBuffer {
    var header = BatchHeader(
      baseOffset: baseOffset, lastOffsetDelta: lastOffset.map { Int32(clamping: $0 - baseOffset) } ?? max(lastOffsetDelta, 0),
      recordCount: count, baseTimestamp: baseTimestamp ?? -1, maxTimestamp: maxTimestamp, attributes: attributes)
    header.producerID = producerID
    header.producerEpoch = producerEpoch
    header.baseSequence = baseSequence
    return header.batch(records: records)
  }

  private var attributes: Int16 {
    Int16(timestampType.rawValue) << 3 | (isTransactional ? 0x10 : 0) | (isControl ? 0x20 : 0)
  }

  private mutating func note(delta: Int32, timestamp: Int64) {
    lastOffsetDelta = delta
    maxTimestamp = max(maxTimestamp, timestamp)
    count += 1
  }
}

extension ByteBuffer {
  /// A varint of Protocol Buffers, zigzag: the numbers inside records.
  fileprivate mutating func writeZigZag(_ value: Int64) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    writeInteger(UInt8(truncatingIfNeeded: rest))
  }

  /// A length and the bytes; -1 for none.
  fileprivate mutating func writeField(_ bytes: ByteBuffer?) {
    guard let bytes else { return writeZigZag(-1) }
    writeZigZag(Int64(bytes.readableBytes))
    writeImmutableBuffer(bytes)
  }
}
