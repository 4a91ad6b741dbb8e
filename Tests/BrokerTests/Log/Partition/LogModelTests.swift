import Foundation
import NIOCore
import Testing

@testable import Broker

/// A log against a list of batches.
@Suite struct LogModelTests {
  @Test("a log holds what was appended, whatever is read, rolled, closed, killed or cut off", arguments: 0..<12)
  func model(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let fixture = PartitionFixture(segmentBytes: Int.random(in: 2500...9000, using: &random))
    var log = try fixture.open()
    var model: [(base: Int64, last: Int64, fill: UInt8, size: Int)] = []
    for _ in 0..<220 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        try log.prepareFlush()?.synchronize()
        log.markFlushed(upTo: log.logEndOffset)
        try log.close()
        log = try fixture.open(clean: true)
      case 1:
        log = try fixture.open()
      case 2:
        // A power failure: the end of the newest file never reached the disk.
        let name = PartitionFixture.name(log.active.baseOffset)
        let data = try fixture.contents(name)
        let kept = Int.random(in: 0...data.count, using: &random)
        try fixture.write(data.prefix(kept), to: name)
        let start = log.active.baseOffset
        var position = 0
        model.removeAll { batch in
          guard batch.base >= start else { return false }
          position += batch.size
          return position > kept
        }
        log = try fixture.open()
      case 3: try log.roll(now: fixture.now)
      default:
        let count = Int.random(in: 1...8, using: &random)
        let fill = UInt8.random(in: 0...255, using: &random)
        let batch = try fixture.batch(
          count, size: Int.random(in: 0...200, using: &random), fill: fill,
          compression: [.none, .none, .gzip, .lz4, .zstd, .snappy].randomElement(using: &random) ?? .none)
        let result = try log.append(batch, now: fixture.now)
        #expect(result.baseOffset == (model.last?.last ?? -1) + 1)
        model.append((result.baseOffset, result.lastOffset, fill, batch.readableBytes))
      }
      #expect(log.logEndOffset == (model.last?.last ?? -1) + 1)
      #expect(log.sizeBytes == model.reduce(0) { $0 + $1.size })
    }
    for offset in 0..<log.logEndOffset {
      let maxBytes = Int.random(in: 0...2000, using: &random)
      let minOne = Bool.random(using: &random)
      let read = try log.read(at: offset, maxBytes: maxBytes, minOneBatch: minOne, isolation: .readCommitted)
      let first = try #require(model.first { $0.last >= offset })
      guard minOne || first.size <= maxBytes else {
        #expect(read.records.readableBytes == 0)
        #expect(read.nextOffset == offset)
        continue
      }
      #expect(BatchHeader(read.records)?.baseOffset == first.base)
      #expect(read.records.readableBytes <= max(maxBytes, first.size))
      #expect(read.nextOffset == first.last + 1 || read.records.readableBytes > first.size)
    }
    let batches = try log.batches()
    #expect(batches.map(\.header.baseOffset) == model.map(\.base))
    #expect(batches.map(\.bytes.readableBytes) == model.map(\.size))
    let end = try log.read(at: log.logEndOffset, maxBytes: 100, minOneBatch: true, isolation: .readUncommitted)
    #expect(end.records.readableBytes == 0)
    let beyond = #expect(throws: ReadError.self) {
      try log.read(at: log.logEndOffset + 1, maxBytes: 100, minOneBatch: true, isolation: .readUncommitted)
    }
    #expect(beyond?.code == .offsetOutOfRange)
  }

  @Test("a batch with any timestamp that the configuration lets pass is taken")
  func extremeTimestamps() throws {
    let fixture = PartitionFixture()
    fixture.configuration.timestampAfterMaxMillis = .max
    let log = try fixture.open()
    for time in [Int64.max, -1, 0, .min, .min + 1, fixture.now, .max - 1, -2] {
      for compression in [CompressionType.none, .lz4] {
        var header = try #require(BatchHeader(try fixture.batch(timestamps: [time], compression: compression)))
        var batch = try fixture.batch(timestamps: [time], compression: compression)
        header.maxTimestamp = time
        _ = batch.readSlice(length: BatchHeader.size)
        _ = try log.append(header.batch(records: batch), now: fixture.now)
      }
    }
    #expect(log.logEndOffset == 16)
    _ = try log.applyRetention(now: fixture.now)
    #expect(try log.maxTimestamp()?.timestamp == .max)
    #expect(try fixture.open().logEndOffset == 16)
  }
}
