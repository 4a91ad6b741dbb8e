import Foundation
import NIOCore
import Testing

@testable import Broker

@Suite struct DiskFullTests {
  let fixture = PartitionFixture()

  /// A disk with room for so many bytes more.
  final class Disk {
    var room = Int.max
    let operations = FileOperations()

    init() {
      operations.space = { [unowned self] _, count in
        let taken = min(room, count)
        room -= taken
        return taken
      }
    }
  }

  @Test("a disk that is full at any byte of an append: the producer is told, nothing torn is read, and it goes on later")
  func append() throws {
    let disk = Disk()
    let log = try fixture.open(operations: disk.operations)
    _ = try log.append(fixture.batch(producer: 1, sequence: 0), now: fixture.now)
    let batch = try fixture.batch(producer: 1, sequence: 1)
    let size = log.sizeBytes
    for room in 0..<batch.readableBytes {
      disk.room = room
      let error = #expect(throws: AppendError.self) { try log.append(batch, now: fixture.now) }
      #expect(error?.code == .kafkaStorageError)
      #expect(log.logEndOffset == 1)
      #expect(log.sizeBytes == size)
      #expect(try log.batches().count == 1)
      #expect(try fixture.contents(PartitionFixture.name(0)).count == size)
    }
    disk.room = .max
    #expect(try log.append(batch, now: fixture.now).baseOffset == 1)
    #expect(try fixture.open().batches().count == 2)
  }

  @Test("a disk that is full at any byte of a roll, with its index and snapshot")
  func roll() throws {
    var needed = 0
    for room in 0..<2000 {
      let fixture = PartitionFixture(segmentBytes: 400)
      let disk = Disk()
      var log = try fixture.open(operations: disk.operations)
      for sequence in 0..<4 { _ = try log.append(fixture.batch(producer: 1, sequence: Int32(sequence)), now: fixture.now) }
      let batch = try fixture.batch(producer: 1, sequence: 4)
      disk.room = room
      let appended = try? log.append(batch, now: fixture.now)
      if appended == nil {
        #expect(log.logEndOffset == 4)
        #expect(try log.batches().count == 4)
        disk.room = .max
        #expect(try log.append(batch, now: fixture.now).baseOffset == 4)
      }
      #expect(log.segmentCount == 2)
      let clean = room.isMultiple(of: 2)
      disk.room = .max
      if clean { try log.close() }
      log = try fixture.open(clean: clean)
      #expect(try log.batches().count == 5)
      #expect(try log.append(batch, now: fixture.now).isDuplicate)
      needed = room
      if appended != nil, disk.room == .max, room > 700 { break }
    }
    #expect(needed > 0)
  }

  @Test("a sealed segment whose index found no space is synced all the same, and gets its index when there is space")
  func indexOfSealed() throws {
    let fixture = PartitionFixture(segmentBytes: 400)
    let operations = FileOperations()
    operations.space = { path, count in path.hasSuffix(SegmentName.index) ? 0 : count }
    var log = try fixture.open(operations: operations)
    while log.segmentCount < 2 { _ = try log.append(fixture.batch(), now: fixture.now) }
    let flush = try #require(try log.prepareFlush())
    try flush.synchronize()
    log.markFlushed(upTo: flush.upTo)
    #expect(log.storedRecoveryPoint == log.active.baseOffset)
    let end = log.logEndOffset
    log = try fixture.open()
    #expect(log.logEndOffset == end)
    #expect(fixture.names(SegmentName.index).contains(PartitionFixture.name(0, SegmentName.index)))
  }

  @Test("an abort that finds no space leaves its transaction open, to be ended when there is space")
  func abort() throws {
    let fixture = PartitionFixture()
    let marker = TransactionMarker(outcome: .abort, producerID: 1, producerEpoch: 0)
    for room in 0..<(marker.batch(offset: 0, timestamp: 0).readableBytes + AbortedTransactions.entryBytes) {
      let disk = Disk()
      let log = try fixture.open(operations: disk.operations)
      let first = log.logEndOffset
      _ = try log.append(fixture.batch(producer: 1, sequence: Int32(room), transactional: true), now: fixture.now)
      disk.room = room
      let error = #expect(throws: AppendError.self) { try log.appendMarker(marker, now: fixture.now) }
      #expect(error?.code == .kafkaStorageError)
      #expect(!log.isOffline)
      #expect(log.lastStableOffset == first)
      #expect(log.logEndOffset == first + 1)
      disk.room = .max
      _ = try log.appendMarker(marker, now: fixture.now)
      let read = try log.read(at: first, maxBytes: 1000, minOneBatch: true, isolation: .readCommitted)
      #expect(
        read.abortedTransactions
          == [AbortedTransaction(producerID: 1, firstOffset: first, lastOffset: first + 1, lastStableOffset: first + 2)])
    }
  }
}
