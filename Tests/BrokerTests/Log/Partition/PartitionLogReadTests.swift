import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogReadTests {
  let bench = LogWorkbench()

  /// Ten batches of three records of increasing size, several to a segment; timestamps are ten times the offset.
  func filled(compression: CompressionType = .none) throws -> PartitionLog {
    bench.configuration.segmentBytes = 600
    let log = try bench.open()
    for batch in 0..<10 {
      let first = Int64(batch * 3)
      _ = try log.append(
        try TestBatch.of(
          (Int64(0)..<3).map { "\(first + $0)" + String(repeating: "x", count: batch * 5) },
          timestamps: (Int64(0)..<3).map { (first + $0) * 10 },
          compression: compression), now: bench.now)
    }
    #expect(log.segmentCount > 2)
    return log
  }

  func read(_ log: PartitionLog, _ offset: Int64, _ maxBytes: Int, minOneBatch: Bool = true) throws -> LogRead {
    try log.read(at: offset, maxBytes: maxBytes, minOneBatch: minOneBatch, isolation: .readUncommitted)
  }

  @Test("a read begins with the batch that holds the offset, and has whole batches within its bytes")
  func wholeBatches() throws {
    let log = try filled()
    for offset in 0..<log.logEndOffset {
      for maxBytes in [0, 1, 100, 200, 300, 10_000] {
        let read = try read(log, offset, maxBytes)
        let batches = try TestBatch.batches(read.records)
        let first = try #require(batches.first)
        #expect(first.header.baseOffset == offset / 3 * 3)
        #expect(read.records.readableBytes <= max(maxBytes, first.header.sizeInBytes))
        #expect(read.nextOffset == batches.last?.header.nextOffset)
        let unforced = try self.read(log, offset, maxBytes, minOneBatch: false)
        #expect(unforced.records.readableBytes == (first.header.sizeInBytes <= maxBytes ? read.records.readableBytes : 0))
      }
    }
  }

  @Test("the end is empty, what lies outside is out of range")
  func outOfRange() throws {
    let log = try filled()
    try log.deleteRecords(before: 4)
    #expect(try read(log, 30, 1000).records.readableBytes == 0)
    for offset in [-1, 3, 31] as [Int64] {
      let error = #expect(throws: ReadError.self) { try read(log, offset, 1000) }
      #expect(error?.code == .offsetOutOfRange)
    }
    #expect(try read(log, 4, 1).records.readableBytes > 0)
  }

  @Test("a look-up by time finds the first record, within compressed batches too", arguments: [CompressionType.none, .snappy])
  func byTime(compression: CompressionType) throws {
    var log = try filled(compression: compression)
    for isReopened in [false, true] {
      if isReopened {
        try log.close()
        log = try bench.open(clean: true)
      }
      for time in Int64(0)...291 {
        let offset = (time + 9) / 10
        #expect(
          try log.firstOffset(atOrAfterTimestamp: time) == (offset < 30 ? TimestampedOffset(offset: offset, timestamp: offset * 10) : nil))
      }
      #expect(try log.maxTimestamp() == TimestampedOffset(offset: 29, timestamp: 290))
    }
    try log.deleteRecords(before: 10)
    #expect(try log.firstOffset(atOrAfterTimestamp: 0) == TimestampedOffset(offset: 10, timestamp: 100))
  }

  @Test("an empty log has no record at any time")
  func emptyLog() throws {
    let log = try bench.open()
    #expect(try log.maxTimestamp() == nil)
    #expect(try log.firstOffset(atOrAfterTimestamp: 0) == nil)
    #expect(try read(log, 0, 1000).records.readableBytes == 0)
  }

  @Test("many segments are read with a handful of open files")
  func fewDescriptors() throws {
    bench.openFiles = 3
    let log = try filled()
    #expect(try log.values().count == 30)
    _ = try log.append(try TestBatch.of(["last"]), now: bench.now)
    #expect(try log.values().last == "last")
    #expect(bench.environment.descriptors.openCount <= 3)
  }

  @Test("a large index is searched in its file and in memory alike")
  func largeIndex() throws {
    bench.configuration.indexIntervalBytes = 1
    let log = try bench.open()
    for number in 0..<700 { _ = try log.append(try TestBatch.of(["\(number)"], timestamps: [Int64(number)]), now: bench.now) }
    #expect(try bench.size(SegmentName.path(bench.folder.path, 0, SegmentName.index)) > 0)
    for offset in Int64(0)..<700 {
      #expect(try TestBatch.values(try read(log, offset, 1).records) == ["\(offset)"])
      #expect(try log.firstOffset(atOrAfterTimestamp: offset)?.offset == offset)
    }
  }
}
