import NIOCore
import Testing

@testable import Broker

/// Batches as a producer sends them.
enum TestBatch {
  /// One record for each value; the key is `k`.
  static func of(
    _ values: [String], timestamps: [Int64] = [], key: String? = "k", producer: Int64 = -1, epoch: Int16 = 0, sequence: Int32 = -1,
    transactional: Bool = false, compression: CompressionType = .none
  ) throws -> ByteBuffer {
    var builder = RecordBatchBuilder()
    builder.producerID = producer
    builder.producerEpoch = producer >= 0 ? epoch : -1
    builder.baseSequence = sequence
    builder.isTransactional = transactional
    for (index, value) in values.enumerated() {
      builder.append(
        key: key.map { ByteBuffer(string: $0) }, value: ByteBuffer(string: value),
        timestamp: timestamps.indices.contains(index) ? timestamps[index] : 1_000_000)
    }
    return try compress(builder.finish(), compression)
  }

  static func compress(_ batch: ByteBuffer, _ compression: CompressionType) throws -> ByteBuffer {
    guard compression != .none else { return batch }
    var header = try #require(BatchHeader(batch))
    header.attributes |= Int16(compression.rawValue)
    let records = try #require(batch.getSlice(at: batch.readerIndex + BatchHeader.size, length: batch.readableBytes - BatchHeader.size))
    return header.batch(records: try Compression.compress(records, compression))
  }

  /// The batch with another header and the checksum that belongs to it.
  static func changed(_ batch: ByteBuffer, _ change: (inout BatchHeader) -> Void) throws -> ByteBuffer {
    var header = try #require(BatchHeader(batch))
    change(&header)
    return header.batch(
      records: try #require(batch.getSlice(at: batch.readerIndex + BatchHeader.size, length: batch.readableBytes - BatchHeader.size)))
  }

  /// The batches in what a read returned.
  static func batches(_ records: ByteBuffer) throws -> [(header: BatchHeader, records: [Record])] {
    var rest = records
    var all: [(BatchHeader, [Record])] = []
    while rest.readableBytes > 0 {
      let header = try #require(BatchHeader(rest))
      let slice = rest.readSlice(length: header.sizeInBytes)
      let batch = try #require(slice)
      #expect(batch.withUnsafeReadableBytes { BatchHeader.checksum(of: $0) } == header.crc)
      let stored = try #require(batch.getSlice(at: batch.readerIndex + BatchHeader.size, length: batch.readableBytes - BatchHeader.size))
      var iterator = RecordIterator(
        header: header, records: try Compression.decompress(stored, header.compression ?? .none, limit: 1 << 26))
      var found: [Record] = []
      while let record = try iterator.next() { found.append(record) }
      all.append((header, found))
    }
    return all
  }

  static func values(_ records: ByteBuffer) throws -> [String] {
    try batches(records).filter { !$0.header.isControl }.flatMap(\.records).map { String(buffer: $0.value ?? ByteBuffer()) }
  }
}
