import Foundation
import Logging
import NIOCore
import Testing

@testable import Broker

@Suite struct LogStartTests {
  @Test("a clean start reads the ends of the indexes and one snapshot, no data but a header")
  func readsNoData() throws {
    let fixture = PartitionFixture(segmentBytes: 2000)
    var log = try fixture.open()
    for _ in 0..<300 { _ = try log.append(fixture.batch(size: 100), now: fixture.now) }
    #expect(log.segmentCount > 20)
    try log.close()
    let operations = FileOperations()
    var bytes: [String: Int] = [:]
    operations.onRead = { path, count in bytes[String(path.suffix(9).drop { $0 != "." }), default: 0] += count }
    log = try fixture.open(clean: true, operations: operations)
    #expect(log.logEndOffset == 300)
    #expect(bytes[SegmentName.log] == BatchHeader.size)
    #expect(bytes[SegmentName.index] == log.segmentCount * IndexEntry.size)
    #expect(log.active.firstTimestamp == fixture.now)
  }

  @Test("a thousand segments in a hundred partitions are open within a fraction of a second")
  func manySegments() throws {
    let fixtures = (0..<100).map { _ in PartitionFixture(segmentBytes: 400) }
    for fixture in fixtures {
      let log = try fixture.open()
      while log.segmentCount < 10 { _ = try log.append(fixture.batch(), now: fixture.now) }
      try log.close()
    }
    let start = ContinuousClock.now
    let logs = try fixtures.map { try $0.open(clean: true) }
    let duration = ContinuousClock.now - start
    #expect(logs.allSatisfy { $0.segmentCount == 10 })
    // A debug build on a busy machine; what is asked of a release build is a start within 500 ms.
    #expect(duration < .seconds(2), "\(duration)")
  }

  @Test("at most so many files are open, whatever the number of segments")
  func descriptors() throws {
    let fixture = PartitionFixture(segmentBytes: 400)
    let log = try fixture.open()
    for _ in 0..<100 { _ = try log.append(fixture.batch(), now: fixture.now) }
    #expect(try log.batches().count == 100)
    #expect(log.environment.descriptors.openCount <= 8)
    log.abandon()
    #expect(log.environment.descriptors.openCount == 0)
  }

  @Test("segments whose first record's time is not known are asked for it where compaction may not lag", arguments: [Int64.max, 1000])
  func compactionLag(lag: Int64) throws {
    let fixture = PartitionFixture(segmentBytes: 400)
    fixture.configuration.cleanupCompact = true
    fixture.configuration.minCleanableDirtyRatio = 1
    fixture.configuration.maxCompactionLagMillis = lag
    do {
      let log = try fixture.open()
      for _ in 0..<10 { _ = try log.append(fixture.batch(), now: fixture.now) }
      try log.close()
    }
    let log = try fixture.open(clean: true)
    #expect(try log.cleaningPlan(now: fixture.now + 500) == nil)
    #expect((try log.cleaningPlan(now: fixture.now + 1001) != nil) == (lag == 1000))
  }
}
