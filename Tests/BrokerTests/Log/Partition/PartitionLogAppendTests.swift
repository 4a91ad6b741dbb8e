import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogAppendTests {
  let bench = LogWorkbench()

  @Test("batches get the next offsets and are read back as they came")
  func appends() throws {
    let log = try bench.open()
    let sent = [try TestBatch.of(["a", "b"]), try TestBatch.of(["c"], compression: .lz4), try TestBatch.of(["d", "e", "f"])]
    let offsets = try sent.map { try log.append($0, now: bench.now).baseOffset }
    #expect(offsets == [0, 2, 3])
    #expect((log.logStartOffset, log.logEndOffset, log.highWatermark, log.lastStableOffset) == (0, 6, 6, 6))
    var rest = try log.everything()
    for (batch, offset) in zip(sent, offsets) {
      let stored = rest.readSlice(length: batch.readableBytes)
      #expect(stored == (try TestBatch.changed(batch) { $0.baseOffset = offset }))
    }
    #expect(rest.readableBytes == 0)
    #expect(log.sizeBytes == sent.reduce(0) { $0 + $1.readableBytes })
  }

  @Test("the time of the append is stored where the topic says so, with a checksum that matches")
  func logAppendTime() throws {
    bench.configuration.timestampType = .logAppendTime
    let log = try bench.open()
    #expect(try log.append(try TestBatch.of(["a"], timestamps: [5]), now: 777).logAppendTime == 777)
    _ = try log.append(try TestBatch.of(["b"], timestamps: [5], compression: .zstd), now: 888)
    let batches = try TestBatch.batches(try log.everything())
    #expect(batches.map(\.header.timestampType) == [.logAppendTime, .logAppendTime])
    #expect(batches.flatMap(\.records).map(\.timestamp) == [777, 888])
    #expect(try log.firstOffset(atOrAfterTimestamp: 778) == TimestampedOffset(offset: 1, timestamp: 888))
  }

  @Test("a refused batch leaves nothing behind")
  func refuses() throws {
    let log = try bench.open()
    var damaged = try TestBatch.of(["a"])
    damaged.setInteger(0 as UInt8, at: damaged.writerIndex - 1)
    damaged.setInteger(0xFF as UInt8, at: damaged.writerIndex - 2)
    #expect(throws: AppendError.self) { try log.append(damaged, now: bench.now) }
    #expect(log.logEndOffset == 0 && log.sizeBytes == 0)
  }

  @Test("what an idempotent producer sends again is answered with its first offsets, also after a kill and a clean stop")
  func duplicates() throws {
    var log = try bench.open()
    let first = try TestBatch.of(["a", "b"], producer: 7, sequence: 0)
    _ = try log.append(try TestBatch.of(["x"]), now: bench.now)
    let result = try log.append(first, now: bench.now)
    for isClean in [false, true, false] {
      let again = try log.append(first, now: bench.now)
      #expect(again.isDuplicate && again.baseOffset == result.baseOffset && again.lastOffset == result.lastOffset)
      #expect(log.logEndOffset == 3)
      #expect(throws: AppendError.self) { try log.append(try TestBatch.of(["d"], producer: 7, sequence: 9), now: bench.now) }
      if isClean { try log.close() }
      log = try bench.open(clean: isClean)
    }
    _ = try log.append(try TestBatch.of(["c"], producer: 7, sequence: 2), now: bench.now)
    #expect(try log.values() == ["x", "a", "b", "c"])
  }

  @Test("a segment is closed before it grows beyond its size")
  func rollsBySize() throws {
    let size = try TestBatch.of(["12345678"]).readableBytes
    bench.configuration.segmentBytes = 3 * size
    let log = try bench.open()
    for number in 0..<7 { _ = try log.append(try TestBatch.of(["1234567\(number)"]), now: bench.now) }
    #expect(log.segments.map(\.baseOffset) == [0, 3, 6])
    #expect(log.segments.map(\.size) == [3 * size, 3 * size, size])
    #expect(try log.values().count == 7)
  }

  @Test("a segment is closed when its first record has become too old, by the records' clock or the broker's")
  func rollsByTime() throws {
    bench.configuration.segmentMillis = 1000
    let log = try bench.open()
    for time in [5000, 6000, 6001, 6002, 7001, 7002] as [Int64] {
      _ = try log.append(try TestBatch.of(["a"], timestamps: [time]), now: 10_000)
    }
    #expect(log.segments.map(\.baseOffset) == [0, 2, 5])
    for now in [bench.now, bench.now + 1000, bench.now + 1001] { _ = try log.append(try TestBatch.of(["a"], timestamps: [-1]), now: now) }
    #expect(log.segmentCount == 3)
  }

  @Test("without timestamps a segment's age counts from its making")
  func rollsByAge() throws {
    bench.configuration.segmentMillis = 1000
    let log = try bench.open()
    for now in [0, 1000, 1001] as [Int64] { _ = try log.append(try TestBatch.of(["a"], timestamps: [-1]), now: bench.now + now) }
    #expect(log.segments.map(\.baseOffset) == [0, 2])
  }

  @Test("a segment is closed before an offset does not fit into its index")
  func rollsByOffset() throws {
    // One batch that ends just below the limit, as compaction can leave it.
    var builder = RecordBatchBuilder()
    builder.append(key: nil, value: ByteBuffer(string: "a"), timestamp: 1)
    let batch = builder.finish(lastOffset: Int64(Int32.max) - 1)
    let path = SegmentName.path(bench.folder.path, 0, SegmentName.log)
    let descriptor = try bench.operations.open(path, create: true)
    try batch.withUnsafeReadableBytes {
      try bench.operations.write(descriptor, at: 0, $0, UnsafeRawBufferPointer(start: nil, count: 0), path: path)
    }
    bench.operations.close(descriptor)
    let log = try bench.open()
    #expect(try log.append(try TestBatch.of(["b"]), now: bench.now).baseOffset == Int64(Int32.max))
    #expect(log.segmentCount == 1)
    _ = try log.append(try TestBatch.of(["c"]), now: bench.now)
    #expect(log.segments.map(\.baseOffset) == [0, Int64(Int32.max) + 1])
    #expect(try log.values() == ["a", "b", "c"])
    #expect(
      try TestBatch.values(try log.read(at: Int64(Int32.max), maxBytes: 1, minOneBatch: true, isolation: .readUncommitted).records) == ["b"]
    )
  }

  @Test("under every-batch readers see what is synced, not more")
  func awaitsFlush() throws {
    let log = try bench.open()
    log.awaitsFlush = true
    _ = try log.append(try TestBatch.of(["a"]), now: bench.now)
    #expect((log.highWatermark, log.logEndOffset) == (0, 1))
    #expect(try log.read(at: 0, maxBytes: 1000, minOneBatch: true, isolation: .readUncommitted).records.readableBytes == 0)
    #expect(try log.read(at: 1, maxBytes: 1000, minOneBatch: true, isolation: .readUncommitted).records.readableBytes == 0)
    let pending = try #require(try log.prepareFlush())
    _ = try log.append(try TestBatch.of(["b"]), now: bench.now)
    try pending.synchronize()
    log.markFlushed(upTo: pending.upTo)
    #expect(log.highWatermark == 1)
    #expect(try log.values() == ["a"])
    try log.flush()
    #expect(try log.values() == ["a", "b"])
    #expect(try log.prepareFlush() == nil)
  }

  @Test("a log that is offline answers nothing any more")
  func offline() throws {
    let log = try bench.open()
    _ = try log.append(try TestBatch.of(["a"]), now: bench.now)
    log.takeOffline(LogError(path: "p", reason: "r"))
    #expect(throws: AppendError.self) { try log.append(try TestBatch.of(["b"]), now: bench.now) }
    #expect(throws: ReadError.self) { try log.read(at: 0, maxBytes: 1, minOneBatch: true, isolation: .readUncommitted) }
    #expect(log.isOffline && log.logEndOffset == 1)
  }
}
