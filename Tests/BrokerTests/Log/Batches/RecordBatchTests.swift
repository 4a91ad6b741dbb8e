import NIOCore
import Testing

@testable import Broker

@Suite struct RecordBatchTests {
  /// Written by kafka-python's `DefaultRecordBatchBuilder`.
  static let foreign =
    "00000000000000000000005700000000025adbabb90010000000020000018bcfe568000000018bcfe568050000000000001267000300000011000000032e0000"
    + "00066b65790a76616c7565040468310278046832010c000a020100000c001304000100"

  static func bytes(_ hex: String) throws -> ByteBuffer {
    var bytes = ByteBuffer()
    var digits = Substring(hex)
    while !digits.isEmpty {
      bytes.writeInteger(try #require(UInt8(digits.prefix(2), radix: 16)))
      digits = digits.dropFirst(2)
    }
    return bytes
  }

  static func text(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

  @Test("a batch of another client is read field by field, null and empty told apart")
  func readsForeignBatch() throws {
    let batch = try Self.bytes(Self.foreign)
    let header = try #require(BatchHeader(batch))
    #expect(header.isPlausible && header.sizeInBytes == batch.readableBytes)
    #expect(header.crc == batch.withUnsafeReadableBytes { BatchHeader.checksum(of: $0) })
    #expect((header.producerID, header.producerEpoch, header.baseSequence) == (4711, 3, 17))
    #expect((header.recordCount, header.lastOffsetDelta, header.lastSequence) == (3, 2, 19))
    #expect((header.baseTimestamp, header.maxTimestamp) == (1_700_000_000_000, 1_700_000_000_005))
    #expect(header.isTransactional && !header.isControl && header.compression == CompressionType.none)
    var iterator = try RecordIterator(uncompressed: batch)
    let first = try #require(try iterator.next())
    #expect((first.offset, first.timestamp) == (0, 1_700_000_000_000))
    #expect(first.key == Self.text("key") && first.value == Self.text("value"))
    #expect(first.headers == [RecordHeader(name: Self.text("h1"), value: Self.text("x")), RecordHeader(name: Self.text("h2"), value: nil)])
    let second = try #require(try iterator.next())
    #expect(second.key == nil && second.value == Self.text("") && second.headers == [])
    let third = try #require(try iterator.next())
    #expect(third.key == Self.text("") && third.value == nil)
    #expect((third.offset, third.timestamp) == (2, 1_699_999_999_990))
    #expect(try iterator.next() == nil)
  }

  @Test("the same records give the same bytes as another client's")
  func writesTheSameBytes() throws {
    var builder = RecordBatchBuilder()
    builder.producerID = 4711
    builder.producerEpoch = 3
    builder.baseSequence = 17
    builder.isTransactional = true
    builder.append(
      key: Self.text("key"), value: Self.text("value"),
      headers: [RecordHeader(name: Self.text("h1"), value: Self.text("x")), RecordHeader(name: Self.text("h2"), value: nil)],
      timestamp: 1_700_000_000_000)
    builder.append(key: nil, value: Self.text(""), timestamp: 1_700_000_000_005)
    builder.append(key: Self.text(""), value: nil, timestamp: 1_699_999_999_990)
    #expect(builder.finish() == (try Self.bytes(Self.foreign)))
  }

  @Test("records taken over as they stand keep offsets and timestamps, with gaps")
  func copiesRecords() throws {
    let source = try TestBatch.changed(try Self.bytes(Self.foreign)) { $0.baseOffset = 100 }
    var iterator = try RecordIterator(uncompressed: source)
    var builder = RecordBatchBuilder(baseOffset: 100, baseTimestamp: iterator.header.baseTimestamp)
    while let record = try iterator.next() { if record.offset != 101 { builder.append(record) } }
    var copy = try RecordIterator(uncompressed: builder.finish(lastOffset: 105))
    #expect(copy.header.lastOffset == 105 && copy.header.recordCount == 2)
    #expect(try copy.next()?.offset == 100)
    let last = try #require(try copy.next())
    #expect((last.offset, last.timestamp) == (102, 1_699_999_999_990))
    #expect(try copy.next() == nil)
  }

  @Test("a sequence number wraps to 0 behind the largest")
  func wrapsSequence() throws {
    let batch = try TestBatch.of(["a", "b", "c"], producer: 1, sequence: Int32.max - 1)
    #expect(try #require(BatchHeader(batch)).lastSequence == 0)
    #expect(try #require(BatchHeader(try TestBatch.of(["a"]))).lastSequence == -1)
  }

  @Test("a marker is read back from its control batch", arguments: [TransactionMarker.Outcome.commit, .abort])
  func marker(outcome: TransactionMarker.Outcome) throws {
    let marker = TransactionMarker(outcome: outcome, producerID: 9, producerEpoch: 4, coordinatorEpoch: 7)
    let batch = marker.batch(offset: 42, timestamp: 5)
    let header = try #require(BatchHeader(batch))
    #expect(header.isControl && header.isTransactional && header.baseOffset == 42 && header.lastOffset == 42)
    #expect(batch.withUnsafeReadableBytes { TransactionMarker(header: header, batch: $0) } == marker)
  }

  @Test("no mutation of a batch makes reading its records fail in another way than by an error")
  func survivesMutations() throws {
    var random = SeededRandom(seed: 7)
    let source = try Self.bytes(Self.foreign)
    for _ in 0..<20_000 {
      var batch = source
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        batch.setInteger(UInt8.random(in: 0...255, using: &random), at: Int.random(in: 57..<source.readableBytes, using: &random))
      }
      let kept = Int.random(in: 0...source.readableBytes, using: &random)
      for candidate in [batch, try #require(batch.getSlice(at: 0, length: kept))] {
        guard var iterator = try? RecordIterator(uncompressed: candidate) else { continue }
        var count = 0
        while let record = try? iterator.next() {
          count += 1
          #expect(record.bytes.readableBytes <= source.readableBytes)
        }
        #expect(count <= source.readableBytes)
      }
    }
  }
}
