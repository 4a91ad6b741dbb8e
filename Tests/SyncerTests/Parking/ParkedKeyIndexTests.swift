import Kafka
import Testing

@testable import Syncer

@Suite struct ParkedKeyIndexTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)
  private let p1 = TopicPartition(topic: "t", partition: 1)

  private func outcome(parked: Set<Int64> = [], free: Set<Int64> = []) -> ParkingOutcome {
    ParkingOutcome(parkedHashes: parked.isEmpty ? [:] : [p0: parked], freeHashes: free.isEmpty ? [:] : [p0: free])
  }

  @Test func itHoldsForTheEpochThatItWasReadIn() {
    var index = ParkedKeyIndex()
    #expect(!index.isLoaded(p0, epoch: 1))
    index.load(p0, epoch: 1, hashes: [5], generation: index.generation)
    #expect(index.isLoaded(p0, epoch: 1))
    #expect(!index.isLoaded(p0, epoch: 2))
    #expect(!index.isLoaded(p0, epoch: nil))
    #expect(index.hashes(of: p0) == [5])
    #expect(index.hashes(of: p1) == nil)
  }

  @Test func whatWasReadBeforeSomethingWasForgottenIsTooOld() {
    var index = ParkedKeyIndex()
    let before = index.generation
    index.forget([p0])
    index.load(p0, epoch: 1, hashes: [], generation: before)
    #expect(!index.isLoaded(p0, epoch: 1))
  }

  @Test func whatALaneHasParkedIsNotForgottenAsAnotherOneReadBefore() {
    var index = ParkedKeyIndex()
    index.load(p0, epoch: 1, hashes: [], generation: 0)
    index.settled(outcome(parked: [7]), since: index.versions(of: [p0]))
    index.load(p0, epoch: 1, hashes: [], generation: 0)
    #expect(index.hashes(of: p0) == [7])
    index.load(p0, epoch: 2, hashes: [8], generation: 0)
    #expect(index.hashes(of: p0) == [8])
  }

  @Test func parkedOnesAreAddedAndFreeOnesGo() {
    var index = ParkedKeyIndex()
    index.load(p0, epoch: 1, hashes: [5, 6], generation: 0)
    index.settled(outcome(parked: [7], free: [5]), since: index.versions(of: [p0]))
    #expect(index.hashes(of: p0) == [6, 7])
    index.settled(outcome(free: [6, 7]), since: index.versions(of: [p0]))
    #expect(index.hashes(of: p0) == nil)
    #expect(index.isLoaded(p0, epoch: 1))
  }

  @Test func aHashIsNotFreeWhereOneWasAddedMeanwhile() {
    var index = ParkedKeyIndex()
    index.load(p0, epoch: 1, hashes: [5], generation: 0)
    let before = index.versions(of: [p0])
    index.settled(outcome(parked: [8]), since: before)
    index.settled(outcome(free: [5]), since: before)
    #expect(index.hashes(of: p0) == [5, 8])
  }

  @Test func theBudgetIsAskedBeforeABatchAndNeverRefusesTheFirst() {
    var settings = ParkingSettings()
    settings.maxRecords = 3
    settings.maxBytes = 1000
    var budget = ParkingBudget(settings)
    #expect(budget.exhaustion == nil)
    budget.counted(ParkingTotals())
    budget.added(keys: 1, records: 2, bytes: 10)
    #expect(budget.exhaustion == nil)
    budget.added(keys: 0, records: 1, bytes: 10)
    #expect(budget.exhaustion?.contains("3 records are parked") == true)
    budget.counted(ParkingTotals())
    budget.added(keys: 1, records: 1, bytes: 1000)
    #expect(budget.exhaustion?.contains("syncer.parking.max_bytes") == true)
  }
}
