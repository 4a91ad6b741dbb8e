import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogRecoveryTests {
  let bench = LogWorkbench()

  @Test("zeros behind the data, as a power failure leaves them, are cut off")
  func zeros() throws {
    var log = try bench.open()
    _ = try log.append(try TestBatch.of(["a"]), now: bench.now)
    let (path, size) = (SegmentName.path(bench.folder.path, 0, SegmentName.log), log.sizeBytes)
    try bench.truncate(path, to: size + 5000)
    log = try bench.open()
    #expect(try log.values() == ["a"])
    #expect(try bench.size(path) == size)
  }

  @Test("after a clean stop no data is read: damage in the middle is not even noticed")
  func cleanStartReadsNothing() throws {
    bench.configuration.segmentBytes = 160
    var log = try bench.open()
    for number in 0..<9 { _ = try log.append(try TestBatch.of(["\(number)"], producer: 1, sequence: Int32(number)), now: bench.now) }
    try log.flush()
    try log.close()
    for base in log.segments.map(\.baseOffset) { try bench.damage(SegmentName.path(bench.folder.path, base, SegmentName.log), at: 70) }
    let (end, size) = (log.logEndOffset, log.sizeBytes)
    log = try bench.open(clean: true)
    #expect((log.logEndOffset, log.sizeBytes) == (end, size))
    #expect(try log.append(try TestBatch.of(["8"], producer: 1, sequence: 8), now: bench.now).isDuplicate)
  }

  @Test("a kill right after records were deleted does not forget their producer, though its records are gone")
  func producersOfDeletedRecords() throws {
    // Segments of two batches: a snapshot of the producers from before the last records is there, too.
    bench.configuration.segmentBytes = 160
    var log = try bench.open()
    for number in 0..<3 { _ = try log.append(try TestBatch.of(["\(number)"], producer: 1, sequence: Int32(number)), now: bench.now) }
    try log.flush()
    for number in 3..<6 { _ = try log.append(try TestBatch.of(["\(number)"], producer: 1, sequence: Int32(number)), now: bench.now) }
    try log.deleteRecords(before: 6)
    log = try bench.open()
    #expect(log.logStartOffset == 6)
    _ = try log.append(try TestBatch.of(["6"], producer: 1, sequence: 6), now: bench.now)
    #expect(try log.values() == ["6"])
  }

  @Test("after a kill only what was not synced is read")
  func recoveryPoint() throws {
    bench.configuration.segmentBytes = 160
    var log = try bench.open()
    for number in 0..<5 { _ = try log.append(try TestBatch.of(["\(number)"]), now: bench.now) }
    try log.flush()
    _ = try log.append(try TestBatch.of(["5"]), now: bench.now)
    // Not noticed in what was synced; the last segment is read, and whole.
    try bench.damage(SegmentName.path(bench.folder.path, 0, SegmentName.log), at: 70)
    log = try bench.open()
    #expect(log.logEndOffset == 6)
    #expect(log.flushedOffset == 6)
  }

  @Test("a snapshot of records that a power failure took is forgotten for good")
  func snapshotBeyondTheEnd() throws {
    bench.configuration.segmentBytes = 160
    var log = try bench.open()
    for number in 0..<3 { _ = try log.append(try TestBatch.of(["\(number)"], producer: 1, sequence: Int32(number)), now: bench.now) }
    // A snapshot stands at offset 2; records 1 and 2 are lost.
    let first = SegmentName.path(bench.folder.path, 0, SegmentName.log)
    try bench.truncate(first, to: try bench.size(first) / 2 + 1)
    log = try bench.open()
    #expect(log.logEndOffset == 1)
    for number in 0..<2 { _ = try log.append(try TestBatch.of(["other"], producer: 2, sequence: Int32(number)), now: bench.now) }
    log = try bench.open()
    #expect(try log.append(try TestBatch.of(["1"], producer: 1, sequence: 1), now: bench.now).baseOffset == 3)
    #expect(try log.append(try TestBatch.of(["other"], producer: 2, sequence: 0), now: bench.now).isDuplicate)
  }
}
