import NIOCore

/// The 61 bytes before the records of a record batch, format v2 ("Record Batch" in Kafka's documentation, KIP-98).
///
/// Only parsed, not believed: see ``isPlausible`` and ``BatchValidator``. Numbers are big-endian on disk and on the wire.
struct BatchHeader: Equatable, Sendable {
  /// Bytes of a header.
  static let size = 61
  /// Bytes of the base offset and the length, which the length does not count.
  static let overhead = 12
  /// Where the checksum begins to count: at the attributes.
  static let checksummedFrom = 21

  /// Offset of the first record; a client's is ignored and assigned anew.
  var baseOffset: Int64
  /// Bytes after this field.
  var batchLength: Int32
  var partitionLeaderEpoch: Int32
  /// The format's version, at the same place in all of them.
  var magic: Int8
  /// CRC-32C of everything from the attributes on.
  var crc: UInt32
  var attributes: Int16
  /// Offset of the last record, relative to the base. Compaction keeps it when it drops the last record.
  var lastOffsetDelta: Int32
  /// Of the first record, in milliseconds since the Unix epoch; where ``hasDeleteHorizon``, that horizon.
  var baseTimestamp: Int64
  var maxTimestamp: Int64
  /// -1 for none.
  var producerID: Int64
  var producerEpoch: Int16
  /// Sequence number of the first record, -1 for none; wraps to 0 after `Int32.max`.
  var baseSequence: Int32
  var recordCount: Int32

  /// A header to be filled in; ``batch(records:)`` computes the length and the checksum.
  init(baseOffset: Int64, lastOffsetDelta: Int32, recordCount: Int32, baseTimestamp: Int64, maxTimestamp: Int64, attributes: Int16 = 0) {
    self.baseOffset = baseOffset
    batchLength = Int32(Self.size - Self.overhead)
    partitionLeaderEpoch = 0
    magic = 2
    crc = 0
    self.attributes = attributes
    self.lastOffsetDelta = lastOffsetDelta
    self.baseTimestamp = baseTimestamp
    self.maxTimestamp = maxTimestamp
    producerID = -1
    producerEpoch = -1
    baseSequence = -1
    self.recordCount = recordCount
  }

  /// The header at the start of `bytes`; nil if they are fewer than ``size``.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.size else { return nil }
    func load<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type = T.self) -> T {
      T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
    baseOffset = load(0)
    batchLength = load(8)
    partitionLeaderEpoch = load(12)
    magic = load(16)
    crc = load(17)
    attributes = load(21)
    lastOffsetDelta = load(23)
    baseTimestamp = load(27)
    maxTimestamp = load(35)
    producerID = load(43)
    producerEpoch = load(51)
    baseSequence = load(53)
    recordCount = load(57)
  }

  /// The header at reader index + `offset` of `buffer`; nil if it is not wholly there.
  init?(_ buffer: ByteBuffer, at offset: Int = 0) {
    guard offset >= 0, offset <= buffer.readableBytes else { return nil }
    guard let header = buffer.withUnsafeReadableBytes({ BatchHeader(UnsafeRawBufferPointer(rebasing: $0[offset...])) }) else { return nil }
    self = header
  }

  /// Bytes of the whole batch, header and all.
  var sizeInBytes: Int { Int(batchLength) + Self.overhead }

  /// Offset of the last record.
  var lastOffset: Int64 { baseOffset &+ Int64(lastOffsetDelta) }

  /// The offset after the batch.
  var nextOffset: Int64 { lastOffset &+ 1 }

  /// Sequence number of the last record, wrapped; -1 for none.
  var lastSequence: Int32 {
    guard baseSequence >= 0 else { return -1 }
    let last = Int64(baseSequence) + Int64(lastOffsetDelta)
    return last > Int64(Int32.max) ? Int32(truncatingIfNeeded: last - Int64(Int32.max) - 1) : Int32(truncatingIfNeeded: last)
  }

  /// Nil for a number that no version of Kafka has given a meaning.
  var compression: CompressionType? { CompressionType(rawValue: UInt8(truncatingIfNeeded: attributes & 0x07)) }
  var timestampType: TimestampType { attributes & 0x08 == 0 ? .createTime : .logAppendTime }
  var isTransactional: Bool { attributes & 0x10 != 0 }
  /// Holds one transaction marker instead of records.
  var isControl: Bool { attributes & 0x20 != 0 }
  /// The base timestamp is the time from which compaction may drop the batch's tombstones or marker (KIP-534).
  var hasDeleteHorizon: Bool { attributes & 0x40 != 0 }
  var hasProducer: Bool { producerID >= 0 }

  /// Whether the numbers can be those of a v2 batch at all: what is on disk and lacks this is torn or rotten.
  var isPlausible: Bool {
    magic == 2 && sizeInBytes >= Self.size && baseOffset >= 0 && lastOffsetDelta >= 0 && recordCount >= 0
      && baseOffset <= Int64.max - Int64(Int32.max) - 1
  }
}
