import Foundation
import NIOCore
import Testing

@testable import Broker

@Suite struct LogFlushTests {
  let fixture = PartitionFixture(segmentBytes: 300)

  /// The names of the files that a sync reaches.
  func files(_ descriptors: [Int32]) -> Set<String> {
    Set(
      descriptors.compactMap { descriptor in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")).map {
          String($0.split(separator: "/").last ?? "")
        }
      })
  }

  @Test("what is not synced is not seen where an append waits for the disk")
  func highWatermark() throws {
    let log = try fixture.open()
    log.awaitsFlush = true
    _ = try log.append(fixture.batch(3), now: fixture.now)
    #expect(log.highWatermark == 0)
    #expect(log.lastStableOffset == 0)
    #expect(try log.batches().isEmpty)
    let flush = try #require(try log.prepareFlush())
    _ = try log.append(fixture.batch(2), now: fixture.now)
    try flush.synchronize()
    log.markFlushed(upTo: flush.upTo)
    #expect(log.highWatermark == 3)
    #expect(try log.batches().count == 1)
    #expect(try log.applyRetention(now: .max).deletedSegments == 0)
  }

  #if os(Linux)
    @Test("a sync reaches every sealed segment with its indexes, the active one, and the folder once names in it are new")
    func covers() throws {
      let log = try fixture.open()
      for sequence in 0..<7 {
        _ = try log.append(fixture.batch(producer: 1, sequence: Int32(sequence), transactional: true), now: fixture.now)
        if sequence == 0 {
          _ = try log.appendMarker(TransactionMarker(outcome: .abort, producerID: 1, producerEpoch: 0), now: fixture.now)
        }
      }
      let flush = try #require(try log.prepareFlush())
      let folderName = String(fixture.folder.path.split(separator: "/").last ?? "")
      let expected = Set(fixture.names(SegmentName.log) + fixture.names(SegmentName.index) + fixture.names(SegmentName.transactionIndex))
      #expect(
        files(flush.descriptors).subtracting([PartitionFixture.name(log.active.baseOffset, SegmentName.index)])
          == expected.union([folderName]))
      try flush.synchronize()
      log.markFlushed(upTo: flush.upTo)
      #expect(try log.prepareFlush() == nil)
      #expect(
        try OffsetCheckpoint(folder: fixture.folder.path, name: OffsetCheckpoint.recoveryPoint, operations: FileOperations()).load()
          == log.active.baseOffset)
      _ = try log.append(fixture.batch(producer: 1, sequence: 7, transactional: true), now: fixture.now)
      let next = try #require(try log.prepareFlush())
      #expect(!files(next.descriptors).contains { $0.hasSuffix(SegmentName.transactionIndex) })
      try next.synchronize()
    }

    @Test("after a kill everything that can be read is synced, names too")
    func afterKill() throws {
      do {
        let log = try fixture.open()
        for _ in 0..<8 { _ = try log.append(fixture.batch(), now: fixture.now) }
        #expect(log.segmentCount > 2)
      }
      let operations = FileOperations()
      var synced: Set<String> = []
      operations.onSynchronize = { synced.formUnion(files([$0])) }
      let log = try fixture.open(operations: operations)
      #expect(Set(fixture.names(SegmentName.log)).isSubset(of: synced))
      #expect(synced.contains(String(fixture.folder.path.split(separator: "/").last ?? "")))
      #expect(log.flushedOffset == 8)
      #expect(log.storedRecoveryPoint == log.active.baseOffset)
    }
  #endif

  @Test("a log that went offline is read from end to end by the next start")
  func offline() throws {
    do {
      let log = try fixture.open()
      for _ in 0..<8 { _ = try log.append(fixture.batch(), now: fixture.now) }
      log.takeOffline(LogError(path: "disk", reason: "is broken"))
      try log.close()
    }
    // The sync failed: what had been written is not what the disk has.
    let name = try #require(fixture.names(SegmentName.log).dropLast().last)
    var data = try fixture.contents(name)
    data[data.count - 3] ^= 1
    try fixture.write(data, to: name)
    let log = try fixture.open(clean: true)
    #expect(log.logEndOffset < 8 || log.isOffline)
  }
}
