import NIOCore
import Testing

@testable import Broker

@Suite struct ProducerStatesTests {
  var states = ProducerStates(expirationMillis: 1000)
  static let id: Int64 = 7

  /// A batch of `count` records from sequence `sequence` on.
  static func batch(
    _ sequence: Int32, count: Int32 = 1, epoch: Int16 = 0, transactional: Bool = false, control: Bool = false, id: Int64 = id
  ) throws -> BatchHeader {
    var bytes = ByteBuffer(repeating: 0, count: BatchHeader.size)
    bytes.setInteger(Int8(2), at: 16)
    bytes.setInteger(Int16((transactional ? 0x10 : 0) | (control ? 0x20 : 0)), at: 21)
    bytes.setInteger(count - 1, at: 23)
    bytes.setInteger(Int64(5000) + Int64(sequence), at: 35)
    bytes.setInteger(id, at: 43)
    bytes.setInteger(epoch, at: 51)
    bytes.setInteger(sequence, at: 53)
    bytes.setInteger(control ? 0 : count, at: 57)
    return try #require(BatchHeader(bytes))
  }

  static func code(_ body: () throws -> Void) -> ErrorCode? {
    do {
      try body()
      return nil
    } catch { return (error as? AppendError)?.code }
  }

  @Test("an unknown producer may begin with any sequence")
  mutating func unknown() throws {
    let batch = try Self.batch(41)
    #expect(try states.check(batch, now: 0) == .append)
    states.record(batch, baseOffset: 100, now: 0)
    #expect(try states.check(Self.batch(42), now: 0) == .append)
  }

  @Test("each of the last five batches is recognised when sent again, an older one is out of order")
  mutating func duplicates() throws {
    for sequence in 0..<6 { states.record(try Self.batch(Int32(sequence) * 2, count: 2), baseOffset: Int64(sequence) * 10, now: 0) }
    for sequence in 1..<6 {
      let verdict = try states.check(Self.batch(Int32(sequence) * 2, count: 2), now: 0)
      let base = Int64(sequence) * 10
      #expect(verdict == .duplicate(baseOffset: base, lastOffset: base + 1, timestamp: 5000 + Int64(sequence) * 2))
    }
    #expect(Self.code { _ = try states.check(Self.batch(0, count: 2), now: 0) } == .outOfOrderSequenceNumber)
    #expect(Self.code { _ = try states.check(Self.batch(10, count: 1), now: 0) } == .outOfOrderSequenceNumber)
  }

  @Test("a gap is refused")
  mutating func gap() throws {
    states.record(try Self.batch(0, count: 3), baseOffset: 0, now: 0)
    #expect(Self.code { _ = try states.check(Self.batch(4), now: 0) } == .outOfOrderSequenceNumber)
    #expect(try states.check(Self.batch(3), now: 0) == .append)
  }

  @Test("the sequence wraps to zero")
  mutating func wraps() throws {
    states.record(try Self.batch(.max - 1, count: 2), baseOffset: 0, now: 0)
    #expect(try states.check(Self.batch(0), now: 0) == .append)
    var other = ProducerStates()
    other.record(try Self.batch(.max, count: 3), baseOffset: 0, now: 0)
    #expect(try other.check(Self.batch(2), now: 0) == .append)
    #expect(
      try other.check(Self.batch(.max, count: 3), now: 0) == .duplicate(baseOffset: 0, lastOffset: 2, timestamp: 5000 + Int64(Int32.max)))
  }

  @Test("an older epoch is fenced, a newer one begins at zero")
  mutating func epochs() throws {
    states.record(try Self.batch(0, epoch: 3), baseOffset: 0, now: 0)
    #expect(Self.code { _ = try states.check(Self.batch(1, epoch: 2), now: 0) } == .invalidProducerEpoch)
    #expect(Self.code { _ = try states.check(Self.batch(1, epoch: 4), now: 0) } == .outOfOrderSequenceNumber)
    let next = try Self.batch(0, epoch: 4)
    #expect(try states.check(next, now: 0) == .append)
    states.record(next, baseOffset: 1, now: 0)
    #expect(Self.code { _ = try states.check(Self.batch(0, epoch: 3), now: 0) } == .invalidProducerEpoch)
  }

  @Test("an open transaction holds the last stable offset until its marker")
  mutating func transaction() throws {
    states.record(try Self.batch(0, transactional: true), baseOffset: 10, now: 0)
    states.record(try Self.batch(0, transactional: true, id: 8), baseOffset: 11, now: 0)
    states.record(try Self.batch(1, transactional: true), baseOffset: 12, now: 0)
    #expect(states.firstOpenTransactionOffset == 10)
    #expect(Self.code { _ = try states.check(Self.batch(2), now: 0) } == .invalidTxnState)
    let marker = TransactionMarker(outcome: .abort, producerID: Self.id, producerEpoch: 0)
    #expect(
      try states.endTransaction(marker, offset: 13, now: 0)
        == CompletedTransaction(producerID: Self.id, firstOffset: 10, lastOffset: 13, aborted: true, lastStableOffset: 11))
    #expect(states.firstOpenTransactionOffset == 11)
    #expect(try states.endTransaction(marker, offset: 14, now: 0) == nil)
    #expect(try states.check(Self.batch(2, transactional: true), now: 0) == .append)
    let other = TransactionMarker(outcome: .commit, producerID: 8, producerEpoch: 0)
    #expect(
      try states.endTransaction(other, offset: 15, now: 0)
        == CompletedTransaction(producerID: 8, firstOffset: 11, lastOffset: 15, aborted: false, lastStableOffset: 16))
    #expect(states.firstOpenTransactionOffset == nil)
  }

  @Test("a marker with a newer epoch fences the producer, one with an older epoch is fenced itself")
  mutating func markerEpochs() throws {
    states.record(try Self.batch(0, epoch: 1, transactional: true), baseOffset: 0, now: 0)
    let bump = TransactionMarker(outcome: .abort, producerID: Self.id, producerEpoch: 2, coordinatorEpoch: 5)
    #expect(try states.endTransaction(bump, offset: 1, now: 0) != nil)
    #expect(Self.code { _ = try states.check(Self.batch(1, epoch: 1, transactional: true), now: 0) } == .invalidProducerEpoch)
    #expect(try states.check(Self.batch(0, epoch: 2, transactional: true), now: 0) == .append)
    #expect(Self.code { _ = try states.check(Self.batch(1, epoch: 2, transactional: true), now: 0) } == .outOfOrderSequenceNumber)
    let old = TransactionMarker(outcome: .commit, producerID: Self.id, producerEpoch: 1, coordinatorEpoch: 5)
    #expect(Self.code { try states.check(old) } == .invalidProducerEpoch)
    let zombie = TransactionMarker(outcome: .commit, producerID: Self.id, producerEpoch: 2, coordinatorEpoch: 4)
    #expect(Self.code { try states.check(zombie) } == .transactionCoordinatorFenced)
  }

  @Test("a coordinator's batches bear no sequence")
  mutating func coordinator() throws {
    for offset in 0..<2 {
      let batch = try Self.batch(-1, count: 3, transactional: true)
      #expect(try states.check(batch, now: 0, origin: .coordinator) == .append)
      states.record(batch, baseOffset: Int64(offset) * 3, now: 0)
    }
    #expect(states.firstOpenTransactionOffset == 0)
    #expect(
      Self.code { _ = try states.check(Self.batch(-1, epoch: -1, transactional: true), now: 0, origin: .coordinator) }
        == .invalidProducerEpoch)
  }

  @Test("a silent producer is forgotten, never one with an open transaction")
  mutating func expiry() throws {
    states.record(try Self.batch(5), baseOffset: 0, now: 100)
    states.record(try Self.batch(5, transactional: true, id: 8), baseOffset: 1, now: 100)
    states.expire(now: 1099)
    #expect(states.count == 2)
    states.expire(now: 1100)
    #expect(states.count == 1)
    #expect(states.hasOpenTransaction(8))
    #expect(try states.check(Self.batch(77), now: 1100) == .append)
  }

  @Test("an emptied marker leaves its epoch, an emptied batch its sequence and no transaction")
  mutating func emptied() throws {
    states.record(try Self.batch(-1, epoch: 4, transactional: true, control: true), baseOffset: 0, now: 0)
    #expect(Self.code { _ = try states.check(Self.batch(0, epoch: 3), now: 0) } == .invalidProducerEpoch)
    var empty = try Self.batch(0, count: 5, epoch: 4, transactional: true)
    empty.recordCount = 0
    states.record(empty, baseOffset: 1, now: 0)
    #expect(states.firstOpenTransactionOffset == nil)
    #expect(try states.check(Self.batch(5, epoch: 4, transactional: true), now: 0) == .append)
  }

  @Test("a snapshot gives back everything")
  mutating func snapshot() throws {
    for sequence in 0..<7 { states.record(try Self.batch(Int32(sequence)), baseOffset: Int64(sequence), now: 50) }
    states.record(try Self.batch(0, epoch: 2, transactional: true, id: 8), baseOffset: 7, now: 60)
    states.record(try Self.batch(0, epoch: 2, transactional: true, id: 9), baseOffset: 8, now: 60)
    _ = try states.endTransaction(
      TransactionMarker(outcome: .commit, producerID: 9, producerEpoch: 2, coordinatorEpoch: 3), offset: 9, now: 70)
    let read = try ProducerStates(snapshot: states.snapshot(upTo: 10), expirationMillis: 1000)
    #expect(read.producers == states.producers)
    #expect(read.openTransactions == states.openTransactions)
    #expect(read.snapshotOffset == 10)
  }

  @Test("a damaged snapshot is refused")
  mutating func damagedSnapshot() throws {
    for sequence in 0..<7 { states.record(try Self.batch(Int32(sequence)), baseOffset: Int64(sequence), now: 50) }
    let snapshot = states.snapshot(upTo: 10)
    for index in 0..<snapshot.readableBytes {
      var damaged = snapshot
      damaged.setInteger((snapshot.getInteger(at: index, as: UInt8.self) ?? 0) ^ 0x10, at: index)
      #expect(throws: SnapshotError.self) { try ProducerStates(snapshot: damaged) }
      let cut = try #require(snapshot.getSlice(at: 0, length: index))
      #expect(throws: SnapshotError.self) { try ProducerStates(snapshot: cut) }
    }
  }
}
