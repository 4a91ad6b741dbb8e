import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogRetentionTests {
  let bench = LogWorkbench()

  /// Segments of one batch each, the timestamps 0, 1000, 2000 and so on.
  func filled(_ count: Int) throws -> PartitionLog {
    bench.configuration.segmentBytes = 80
    let log = try bench.open()
    for number in 0..<count { _ = try log.append(try TestBatch.of(["\(number)"], timestamps: [Int64(number) * 1000]), now: bench.now) }
    #expect(log.segmentCount == count)
    return log
  }

  @Test("a topic that is only compacted loses nothing to time or size")
  func compacted() throws {
    let log = try filled(3)
    log.configuration.cleanupDelete = false
    (log.configuration.retentionMillis, log.configuration.retentionBytes) = (0, 0)
    #expect(try log.applyRetention(now: .max / 2).deletedSegments == 0)
  }

  @Test("what is not yet seen by readers is not deleted")
  func highWatermark() throws {
    let log = try filled(3)
    log.awaitsFlush = true
    log.flushedOffset = 1
    log.configuration.retentionMillis = 0
    #expect(try log.applyRetention(now: .max / 2).deletedSegments == 1)
    #expect(log.logStartOffset == 1)
  }

  @Test("indexes that a kill during retention left alone are removed at the next start")
  func orphans() throws {
    let log = try filled(3)
    try log.close()
    try bench.operations.remove(SegmentName.path(bench.folder.path, 0, SegmentName.log))
    let reopened = try bench.open()
    #expect(try bench.names(SegmentName.index).allSatisfy { !$0.hasPrefix("00000000000000000000") })
    #expect(reopened.logStartOffset == 1)
  }
}
