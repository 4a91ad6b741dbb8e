import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogDiskTests {
  let bench = LogWorkbench()

  @Test("a write cut short at any byte leaves the log as it was, and it goes on when there is space")
  func fullDisk() throws {
    var log = try bench.open()
    _ = try log.append(try TestBatch.of(["first"]), now: bench.now)
    let batch = try TestBatch.of(["second"], producer: 5, sequence: 0)
    let size = log.sizeBytes
    for room in 0..<batch.readableBytes {
      bench.operations.space = { _, _ in room }
      let error = #expect(throws: AppendError.self) { try log.append(batch, now: bench.now) }
      #expect(error?.code == .kafkaStorageError)
      #expect((log.logEndOffset, log.sizeBytes) == (1, size))
      #expect(try bench.size(SegmentName.path(bench.folder.path, 0, SegmentName.log)) == size)
    }
    bench.operations.space = nil
    #expect(try log.values() == ["first"])
    #expect(try !log.append(batch, now: bench.now).isDuplicate)
    #expect(try log.values() == ["first", "second"])
    log = try bench.open()
    #expect(try log.values() == ["first", "second"])
  }

  @Test("without space for a new segment the append is refused, and made later")
  func fullDiskAtRoll() throws {
    bench.configuration.segmentBytes = 80
    var log = try bench.open()
    _ = try log.append(try TestBatch.of(["first"]), now: bench.now)
    bench.operations.space = { _, _ in 0 }
    #expect(throws: AppendError.self) { try log.append(try TestBatch.of(["second"]), now: bench.now) }
    #expect(log.segmentCount == 1 && log.logEndOffset == 1 && !log.isOffline)
    // The segment is made, the batch does not fit any more.
    bench.operations.space = { path, count in path.hasSuffix(SegmentName.log) && count > 1 ? 10 : count }
    #expect(throws: AppendError.self) { try log.append(try TestBatch.of(["second"]), now: bench.now) }
    bench.operations.space = nil
    #expect(try log.append(try TestBatch.of(["second"]), now: bench.now).baseOffset == 1)
    #expect(try log.values() == ["first", "second"])
    log = try bench.open()
    #expect(try log.values() == ["first", "second"])
  }

  @Test("an index that finds no space does not fail the data")
  func fullDiskForIndexes() throws {
    bench.configuration.indexIntervalBytes = 1
    bench.configuration.segmentBytes = 30_000
    bench.operations.space = { path, count in path.hasSuffix(SegmentName.log) ? count : 0 }
    let log = try bench.open()
    for number in 0..<600 { _ = try log.append(try TestBatch.of(["\(number)"]), now: bench.now) }
    bench.operations.space = nil
    #expect(log.segmentCount > 1)
    #expect(try log.values() == (0..<600).map { "\($0)" })
    let reopened = try bench.open()
    #expect(try reopened.values() == (0..<600).map { "\($0)" })
  }
}
