import Kafka
import Testing

@testable import Syncer

@Suite struct OffsetLedgerTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)
  private let p1 = TopicPartition(topic: "t", partition: 1)

  private func ledger(stored: Int64? = 10) -> OffsetLedger {
    var ledger = OffsetLedger()
    ledger.assign([p0])
    ledger.position(p0, stored: stored)
    return ledger
  }

  @Test func nothingIsAdmittedBeforeThePartitionIsPositioned() {
    var ledger = OffsetLedger()
    ledger.assign([p0])
    #expect(ledger.admittedFrom(p0, epoch: ledger.epochs[p0]) == nil)
    #expect(ledger.unpositioned == [p0])
    ledger.position(p0, stored: 10)
    #expect(ledger.admittedFrom(p0, epoch: ledger.epochs[p0]) == 10)
    #expect(ledger.unpositioned.isEmpty)
  }

  @Test func whatWasPolledBeforeARebalanceIsStale() {
    var ledger = ledger()
    let before = ledger.epochs[p0]
    ledger.revoke([p0])
    #expect(ledger.admittedFrom(p0, epoch: before) == nil)
    ledger.assign([p0])
    ledger.position(p0, stored: 10)
    #expect(ledger.admittedFrom(p0, epoch: before) == nil)
    #expect(ledger.admittedFrom(p0, epoch: ledger.epochs[p0]) == 10)
    #expect(ledger.admittedFrom(p1, epoch: nil) == nil)
  }

  @Test func offsetsAdvanceFromWhatIsStored() {
    var ledger = ledger()
    let advance = ledger.advance(p0, to: 15)
    #expect(advance == SinkBatch.Advance(partition: p0, expected: 10, next: 15))
    ledger.applied([advance].compactMap(\.self))
    #expect(ledger.advance(p0, to: 15) == nil)
    #expect(ledger.advance(p0, to: 12) == nil)
    #expect(ledger.advance(p1, to: 12) == nil)
    #expect(ledger.admittedFrom(p0, epoch: ledger.epochs[p0]) == 15)
    #expect(self.ledger(stored: nil).advance(p0, to: 1) == SinkBatch.Advance(partition: p0, expected: nil, next: 1))
  }

  @Test func whatIsAppliedAfterARevocationIsNotNoted() {
    var ledger = ledger()
    let advance = SinkBatch.Advance(partition: p0, expected: 10, next: 20)
    ledger.revoke([p0])
    ledger.applied([advance])
    #expect(ledger.committable.isEmpty)
    // Assigned again, and meanwhile somebody has gone further: the late news must not set it back.
    ledger.assign([p0])
    ledger.position(p0, stored: 30)
    ledger.applied([advance])
    #expect(ledger.activeOffset(of: p0) == 30)
  }

  @Test func aStoredOffsetAheadMakesDuplicates() {
    var ledger = ledger()
    ledger.conflicted([.init(partition: p0, expected: 10, next: 20)], stored: [p0: 17])
    #expect(ledger.admittedFrom(p0, epoch: ledger.epochs[p0]) == 17)
  }

  @Test(arguments: [5, nil] as [Int64?])
  func aStoredOffsetThatWasResetHasToBeLookedUpAnew(stored: Int64?) {
    var ledger = ledger()
    ledger.conflicted([.init(partition: p0, expected: 10, next: 20)], stored: [p0: stored])
    #expect(ledger.unpositioned == [p0])
    #expect(ledger.advance(p0, to: 20) == nil)
  }

  @Test func onlyForwardAndOnlyOwnedIsCommitted() {
    var ledger = ledger()
    #expect(ledger.committable == [p0: 10])
    ledger.committed([p0: 10, p1: 99])
    #expect(ledger.committable.isEmpty)
    ledger.applied([.init(partition: p0, expected: 10, next: 12)])
    #expect(ledger.committable == [p0: 12])
    ledger.committed([p0: 12])
    ledger.committed([p0: 11])
    #expect(ledger.committable.isEmpty)
    ledger.revoke([p0])
    #expect(ledger.committable.isEmpty)
    #expect(self.ledger(stored: nil).committable.isEmpty)
  }

  @Test func gapsAreReported() {
    var ledger = ledger()
    #expect(ledger.polled(p0, first: 10, next: 12) == nil)
    #expect(ledger.polled(p0, first: 15, next: 16) == 12)
    #expect(ledger.polled(p0, first: 16, next: 17) == nil)
    #expect(ledger.polled(p1, first: 1000, next: 1001) == nil)
    var fresh = self.ledger(stored: nil)
    #expect(fresh.polled(p0, first: 1000, next: 1001) == nil)
  }

  @Test func whatIsDroppedWhileUnpositionedIsRemembered() {
    var ledger = OffsetLedger()
    ledger.assign([p0])
    _ = ledger.polled(p0, first: 7, next: 9)
    _ = ledger.polled(p0, first: 9, next: 12)
    #expect(ledger.partitions[p0]?.firstDropped == 7)
    ledger.position(p0, stored: nil)
    #expect(ledger.partitions[p0]?.firstDropped == nil)
  }
}
