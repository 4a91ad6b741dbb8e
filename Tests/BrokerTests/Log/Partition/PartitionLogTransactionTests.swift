import Foundation
import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogTransactionTests {
  let bench = LogWorkbench()

  func data(_ value: String, _ producer: Int64, _ sequence: Int32) throws -> ByteBuffer {
    try TestBatch.of([value], producer: producer, sequence: sequence, transactional: true)
  }

  func marker(_ outcome: TransactionMarker.Outcome, _ producer: Int64) -> TransactionMarker {
    TransactionMarker(outcome: outcome, producerID: producer, producerEpoch: 0)
  }

  /// What a consumer with `read_committed` is left with after it has skipped what it is told to.
  func committed(_ log: PartitionLog) throws -> [String] {
    var values: [String] = []
    var offset = log.logStartOffset
    while true {
      let read = try log.read(at: offset, maxBytes: 1, minOneBatch: true, isolation: .readCommitted)
      guard read.records.readableBytes > 0 else { return values }
      for (header, records) in try TestBatch.batches(read.records) where !header.isControl {
        let isAborted = read.abortedTransactions.contains {
          $0.producerID == header.producerID && $0.firstOffset <= header.baseOffset && header.baseOffset < $0.lastOffset
        }
        if !(header.isTransactional && isAborted) { values += records.map { String(buffer: $0.value ?? ByteBuffer()) } }
      }
      offset = read.nextOffset
    }
  }

  @Test("committed readers wait for open transactions and are told of aborted ones, after a kill and a clean stop, over segments")
  func isolation() throws {
    bench.configuration.segmentBytes = 300
    var log = try bench.open()
    _ = try log.append(try TestBatch.of(["plain"]), now: bench.now)
    _ = try log.append(try data("aborted 1", 1, 0), now: bench.now)
    _ = try log.append(try data("committed 1", 2, 0), now: bench.now)
    _ = try log.append(try data("aborted 2", 1, 1), now: bench.now)
    #expect(log.lastStableOffset == 1)
    #expect(try committed(log) == ["plain"])
    _ = try log.appendMarker(marker(.commit, 2), now: bench.now)
    #expect(log.lastStableOffset == 1)
    #expect(try log.appendMarker(marker(.abort, 1), now: bench.now) == 5)
    #expect(log.lastStableOffset == 6)
    _ = try log.append(try data("open", 1, 2), now: bench.now)
    _ = try log.append(try TestBatch.of(["behind"]), now: bench.now)
    for isClean in [false, true, false] {
      #expect(log.lastStableOffset == 6)
      #expect(log.hasOpenTransaction(ofProducer: 1) && !log.hasOpenTransaction(ofProducer: 2))
      #expect(try committed(log) == ["plain", "committed 1"])
      #expect(try log.values().count == 6)
      if isClean { try log.close() }
      log = try bench.open(clean: isClean)
    }
    #expect(log.segmentCount > 1)
    _ = try log.appendMarker(marker(.commit, 1), now: bench.now)
    #expect(try committed(log) == ["plain", "committed 1", "open", "behind"])
  }

  @Test("lost indexes of aborted transactions are written again from the log after a kill")
  func rebuildsIndex() throws {
    var log = try bench.open()
    _ = try log.append(try data("a", 1, 0), now: bench.now)
    _ = try log.appendMarker(marker(.abort, 1), now: bench.now)
    try bench.operations.remove(SegmentName.path(bench.folder.path, 0, SegmentName.transactionIndex))
    log = try bench.open()
    #expect(try committed(log) == [])
    #expect(try log.values() == ["a"])
  }

  @Test("a marker that cannot be written leaves nothing, neither in the log nor in the index, and works later")
  func markerOnFullDisk() throws {
    let log = try bench.open()
    _ = try log.append(try data("a", 1, 0), now: bench.now)
    // The index cannot be made: a folder stands in its place.
    let index = SegmentName.path(bench.folder.path, 0, SegmentName.transactionIndex)
    try FileManager.default.createDirectory(atPath: index, withIntermediateDirectories: false)
    let first = #expect(throws: AppendError.self) { try log.appendMarker(marker(.abort, 1), now: bench.now) }
    #expect(first?.code == .kafkaStorageError)
    try FileManager.default.removeItem(atPath: index)
    // The log itself is full.
    bench.operations.space = { path, count in path.hasSuffix(SegmentName.log) ? 20 : count }
    #expect(throws: AppendError.self) { try log.appendMarker(marker(.abort, 1), now: bench.now) }
    bench.operations.space = nil
    #expect(!log.isOffline && log.logEndOffset == 1 && log.lastStableOffset == 0)
    #expect(log.active.abortedTransactions.count == 0)
    _ = try log.appendMarker(marker(.abort, 1), now: bench.now)
    #expect(log.lastStableOffset == 2)
    #expect(try committed(log) == [])
    #expect(try committed(try bench.open()) == [])
  }

  @Test("a fenced producer's marker is refused and leaves nothing")
  func fencedMarker() throws {
    let log = try bench.open()
    _ = try log.append(try TestBatch.of(["a"], producer: 1, epoch: 5, sequence: 0, transactional: true), now: bench.now)
    let error = #expect(throws: AppendError.self) { try log.appendMarker(marker(.commit, 1), now: bench.now) }
    #expect(error?.code == .invalidProducerEpoch)
    #expect(log.logEndOffset == 1)
  }
}
