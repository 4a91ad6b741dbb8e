import Testing

@testable import Kafka

private let a = TopicPartition(topic: "t", partition: 0)
private let b = TopicPartition(topic: "t", partition: 1)

@Suite struct CommitLedgerTests {
  @Test func onlyOwnedPartitionsAreSent() {
    var ledger = CommitLedger()
    ledger.assign([a], committed: [:])
    let step = ledger.commit([a: 5, b: 7], ticket: 1)
    #expect(step.send == [a: 5])
    #expect(step.resolutions.isEmpty)
    let answer = ledger.answered(failure: nil, results: [a: .noError])
    #expect(answer.resolutions.first?.outcome.committed == [a: 5])
    #expect(answer.resolutions.first?.outcome.lost == [b])
  }

  @Test func nothingGoesBackwards() {
    var ledger = CommitLedger()
    ledger.assign([a], committed: [a: 10])
    for offset in [9, 10] as [Int64] {
      let step = ledger.commit([a: offset], ticket: 1)
      #expect(step.send == nil)
      #expect(step.resolutions.first?.outcome.unchanged == [a])
    }
    #expect(ledger.commit([a: 11], ticket: 2).send == [a: 11])
  }

  @Test func offsetZeroCanBeCommittedWhereNothingIs() {
    var ledger = CommitLedger()
    ledger.assign([a], committed: [:])
    #expect(ledger.commit([a: 0], ticket: 1).send == [a: 0])
  }

  @Test func commitsDuringOneAreJoinedIntoTheNext() {
    var ledger = CommitLedger()
    ledger.assign([a, b], committed: [:])
    #expect(ledger.commit([a: 1], ticket: 1).send == [a: 1])
    #expect(ledger.commit([a: 3], ticket: 2).send == nil)
    #expect(ledger.commit([a: 2, b: 4], ticket: 3).send == nil)
    let second = ledger.answered(failure: nil, results: [a: .noError])
    #expect(second.resolutions.map(\.ticket) == [1])
    #expect(second.send == [a: 3, b: 4])
    let last = ledger.answered(failure: nil, results: [a: .noError, b: .noError])
    #expect(last.resolutions.map(\.ticket) == [2, 3])
    #expect(last.send == nil)
    #expect(ledger.owned[a] == 3)
  }

  @Test func aPartitionRevokedMeanwhileIsNotSentAgain() {
    var ledger = CommitLedger()
    ledger.assign([a, b], committed: [:])
    _ = ledger.commit([a: 1], ticket: 1)
    _ = ledger.commit([a: 2, b: 2], ticket: 2)
    ledger.revoke([a])
    let step = ledger.answered(failure: nil, results: [a: .noError])
    #expect(step.send == [b: 2])
    let last = ledger.answered(failure: nil, results: [b: .noError])
    #expect(last.resolutions.first?.outcome.lost == [a])
    #expect(ledger.owned[a] == nil)
  }

  @Test(arguments: [KafkaError.Code.illegalGeneration, .rebalanceInProgress, .unknownMemberId])
  func answersOfARebalanceMeanLost(_ code: KafkaError.Code) {
    var ledger = CommitLedger()
    ledger.assign([a], committed: [:])
    _ = ledger.commit([a: 1], ticket: 1)
    let step = ledger.answered(failure: code, results: [:])
    #expect(step.resolutions.first?.outcome.lost == [a])
    #expect(step.resolutions.first?.failure == nil)
    // The partition may stay after a cooperative rebalance: a later commit covers this one.
    #expect(ledger.commit([a: 2], ticket: 2).send == [a: 2])
  }

  @Test func otherErrorsAreFailuresAndMoveNothing() {
    var ledger = CommitLedger()
    ledger.assign([a, b], committed: [:])
    _ = ledger.commit([a: 1, b: 1], ticket: 1)
    let step = ledger.answered(failure: .partial, results: [a: .noError, b: .offsetMetadataTooLarge])
    #expect(step.resolutions.first?.failure == .offsetMetadataTooLarge)
    #expect(ledger.owned[a] == 1)
    #expect(ledger.commit([b: 1], ticket: 2).send == [b: 1])
  }

  @Test func aReassignedPartitionStartsFromWhatTheGroupHas() {
    var ledger = CommitLedger()
    ledger.assign([a], committed: [a: 5])
    ledger.revoke([a])
    ledger.assign([a], committed: [a: 20])
    #expect(ledger.commit([a: 6], ticket: 1).resolutions.first?.outcome.unchanged == [a])
  }
}
