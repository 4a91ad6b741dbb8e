import Foundation
import NIOCore
import Testing

@testable import Broker

@Suite struct LogTransactionTests {
  let fixture = PartitionFixture(segmentBytes: 500)

  func end(_ log: PartitionLog, _ producer: Int64, _ outcome: TransactionMarker.Outcome, epoch: Int16 = 0) throws -> Int64 {
    try log.appendMarker(TransactionMarker(outcome: outcome, producerID: producer, producerEpoch: epoch), now: fixture.now)
  }

  /// The offsets that a consumer of committed data delivers, by the algorithm of Kafka's own.
  func committed(_ log: PartitionLog) throws -> [Int64] {
    var offsets: [Int64] = []
    var offset = log.logStartOffset
    while true {
      let read = try log.read(at: offset, maxBytes: 600, minOneBatch: true, isolation: .readCommitted)
      guard read.records.readableBytes > 0 else { return offsets }
      var aborted = read.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }
      var skipped: Set<Int64> = []
      var rest = read.records
      while let header = BatchHeader(rest), let batch = rest.readSlice(length: header.sizeInBytes) {
        while let first = aborted.first, first.firstOffset <= header.lastOffset {
          skipped.insert(first.producerID)
          aborted.removeFirst()
        }
        if let marker = batch.withUnsafeReadableBytes({ TransactionMarker(header: header, batch: $0) }) {
          if marker.outcome == .abort { skipped.remove(marker.producerID) }
        } else if !(header.isTransactional && skipped.contains(header.producerID)) {
          offsets += header.baseOffset...header.lastOffset
        }
      }
      offset = read.nextOffset
    }
  }

  @Test("readers of committed data see just that, over rolls, restarts, kills and lost snapshots", arguments: 0..<14)
  func model(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var log = try fixture.open()
    var open: [Int64: [Int64]] = [:]
    var sequences: [Int64: Int32] = [:]
    var expected: [Int64] = []
    var aborted = 0
    for _ in 0..<160 {
      let producer = Int64.random(in: 1...4, using: &random)
      switch Int.random(in: 0..<14, using: &random) {
      case 0:
        try log.prepareFlush()?.synchronize()
        log.markFlushed(upTo: log.logEndOffset)
        try log.close()
        log = try fixture.open(clean: true)
      case 1: log = try fixture.open()
      case 2:
        try log.prepareFlush()?.synchronize()
        log.markFlushed(upTo: log.logEndOffset)
        if let name = fixture.names(SegmentName.snapshot).last { try fixture.remove(name) }
        log = try fixture.open()
      case 3..<6:
        let outcome: TransactionMarker.Outcome = Bool.random(using: &random) ? .commit : .abort
        _ = try end(log, producer, outcome)
        let offsets = open.removeValue(forKey: producer) ?? []
        if outcome == .commit { expected += offsets } else if !offsets.isEmpty { aborted += 1 }
      case 6:
        expected.append(try log.append(fixture.batch(), now: fixture.now).baseOffset)
      default:
        let sequence = sequences[producer, default: 0]
        let result = try log.append(fixture.batch(2, producer: producer, sequence: sequence, transactional: true), now: fixture.now)
        sequences[producer] = sequence + 2
        open[producer, default: []] += [result.baseOffset, result.lastOffset]
      }
      let stable = open.values.compactMap(\.first).min() ?? log.logEndOffset
      #expect(log.lastStableOffset == stable)
      #expect(log.segments.reduce(0) { $0 + $1.abortedTransactions.count } == aborted)
    }
    let stable = log.lastStableOffset
    #expect(try committed(log) == expected.filter { $0 < stable }.sorted())
  }

  @Test("markers and batches of an older epoch are fenced, also after a kill")
  func fencing() throws {
    var log = try fixture.open()
    _ = try log.append(fixture.batch(producer: 9, epoch: 1, sequence: 0, transactional: true), now: fixture.now)
    _ = try end(log, 9, .abort, epoch: 2)
    for _ in 0..<2 {
      let old = #expect(throws: AppendError.self) {
        try log.append(fixture.batch(producer: 9, epoch: 1, sequence: 1, transactional: true), now: fixture.now)
      }
      #expect(old?.code == .invalidProducerEpoch)
      let marker = #expect(throws: AppendError.self) { try end(log, 9, .commit, epoch: 1) }
      #expect(marker?.code == .invalidProducerEpoch)
      #expect(log.logEndOffset == 2)
      log = try fixture.open()
    }
    #expect(try log.append(fixture.batch(producer: 9, epoch: 2, sequence: 0, transactional: true), now: fixture.now).baseOffset == 2)
  }

  @Test("an abort that was noted but not written is forgotten at a start")
  func notedOnly() throws {
    do {
      let log = try fixture.open()
      _ = try log.append(fixture.batch(producer: 1, sequence: 0, transactional: true), now: fixture.now)
      try log.prepareFlush()?.synchronize()
      log.markFlushed(upTo: 1)
      try log.close()
    }
    var index = try AbortedTransactions(path: fixture.folder.path(PartitionFixture.name(0, SegmentName.transactionIndex)))
    try index.append(AbortedTransaction(producerID: 1, firstOffset: 0, lastOffset: 1, lastStableOffset: 2))
    let log = try fixture.open()
    _ = try end(log, 1, .commit)
    #expect(try committed(log) == [0])
  }
}
