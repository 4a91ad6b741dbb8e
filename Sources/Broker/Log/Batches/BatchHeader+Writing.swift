import CCRC32C
import NIOCore

extension BatchHeader {
  /// Writes the 61 bytes over the start of `bytes`, which must be at least that long; does nothing when they are shorter.
  func store(into bytes: UnsafeMutableRawBufferPointer) {
    guard bytes.count >= Self.size else { return }
    func store(_ value: some FixedWidthInteger, _ offset: Int) {
      bytes.storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
    }
    store(baseOffset, 0)
    store(batchLength, 8)
    store(partitionLeaderEpoch, 12)
    store(magic, 16)
    store(crc, 17)
    store(attributes, 21)
    store(lastOffsetDelta, 23)
    store(baseTimestamp, 27)
    store(maxTimestamp, 35)
    store(producerID, 43)
    store(producerEpoch, 51)
    store(baseSequence, 53)
    store(recordCount, 57)
  }

  /// A whole batch: this header with its length and checksum computed, and the bytes of its records (compressed, if it says so).
  func batch(records: ByteBuffer) -> ByteBuffer {
    var header = self
    header.batchLength = Int32(clamping: Self.size - Self.overhead + records.readableBytes)
    var batch = ByteBufferAllocator().buffer(capacity: Self.size + records.readableBytes)
    batch.writeRepeatingByte(0, count: Self.size)
    batch.writeImmutableBuffer(records)
    batch.withUnsafeMutableReadableBytes { bytes in
      header.store(into: bytes)
      header.crc = Self.checksum(of: UnsafeRawBufferPointer(bytes))
      header.store(into: bytes)
    }
    return batch
  }

  /// The checksum of a batch with this header and these records, which need not stand behind each other.
  func checksum(records: UnsafeRawBufferPointer) -> UInt32 {
    withUnsafeTemporaryAllocation(byteCount: Self.size, alignment: 8) { bytes in
      store(into: bytes)
      let counted = UnsafeRawBufferPointer(rebasing: bytes[Self.checksummedFrom...])
      return sluice_crc32c_extend(sluice_crc32c(counted.baseAddress, counted.count), records.baseAddress, records.count)
    }
  }

  /// CRC-32C over a whole batch from its attributes on; 0 when the bytes are too few.
  static func checksum(of batch: UnsafeRawBufferPointer) -> UInt32 {
    guard batch.count >= size else { return 0 }
    let counted = UnsafeRawBufferPointer(rebasing: batch[checksummedFrom...])
    return sluice_crc32c(counted.baseAddress, counted.count)
  }
}
