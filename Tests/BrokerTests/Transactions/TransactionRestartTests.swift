import NIOCore
import Testing

@testable import Broker

@Suite struct TransactionRestartTests {
  private static let stored: [TransactionState] = [.empty, .ongoing, .completeCommit, .completeAbort]

  @Test(arguments: stored)
  func `a state without a decision pending is as it was`(state: TransactionState) throws {
    let f = try TransactionFixture()
    _ = try f.lead(to: state)
    let before = f.metadata()
    try f.restart()
    #expect(f.metadata() == before)
    f.log.compact()
    try f.restart()
    #expect(f.metadata() == before)
  }

  @Test(arguments: [true, false])
  func `a decided transaction gets its markers again and ends`(committed: Bool) throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: committed ? .prepareCommit : .prepareAbort)
    f.partitions.forgetHeld()
    f.partitions.holds = false
    try f.restart()
    #expect(f.state() == (committed ? .completeCommit : .completeAbort))
    #expect(f.partitions.markers.count == 4)
    #expect(f.partitions.markers.allSatisfy { $0.committed == committed && $0.producer == producer })
    #expect(f.end(producer, committed: committed) == ErrorCode.none)
    #expect(f.add(producer) == ErrorCode.none)
  }

  @Test func `after a restart a producer waits for the markers, too`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .prepareCommit)
    f.partitions.forgetHeld()
    try f.restart()
    #expect(f.initialize() == .failure(.concurrentTransactions))
    #expect(f.add(producer) == .concurrentTransactions)
    f.partitions.answerHeld()
    #expect(f.state() == .completeCommit)
  }

  @Test func `an ongoing transaction goes on after a restart`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    try f.restart()
    #expect(f.end(producer) == ErrorCode.none)
    #expect(f.partitions.markers.count == 2)
  }

  @Test func `the time-out counts from the beginning of the transaction, not from the restart`() throws {
    let f = try TransactionFixture()
    let slow = try f.producer(timeout: 15_000)
    f.add(slow)
    f.scheduler.advance(byMilliseconds: 9_000)
    try f.restart()
    f.scheduler.advance(byMilliseconds: 10_000)
    #expect(f.state() == .completeAbort)
  }

  @Test func `a fencing that was decided before the restart holds`() throws {
    let f = try TransactionFixture()
    let zombie = try f.lead(to: .ongoing)
    f.partitions.holds = true
    f.initialize()
    f.partitions.forgetHeld()
    f.partitions.holds = false
    try f.restart()
    #expect(f.state() == .completeAbort)
    #expect(Set(f.partitions.markers.map(\.producer.epoch)) == [1])
    #expect(f.end(zombie, committed: false) == .producerFenced)
  }

  @Test func `the next producer after a restart fences the one before`() throws {
    let f = try TransactionFixture()
    let before = try f.producer()
    try f.restart()
    #expect(f.initialize() == .success(StateProducer(id: before.id, epoch: 1)))
    #expect(f.add(before) == .producerFenced)
  }

  @Test func `producer ids are not given out again after a restart`() throws {
    let f = try TransactionFixture()
    _ = try f.producer("a")
    try f.restart()
    #expect(try f.producer("b").id == 1_100)
    // The record of reservations was lost.
    f.nextBlock = 0
    try f.restart()
    #expect(try f.producer("c").id == 1_101)
  }

  @Test func `markers of a round that a stopped coordinator had begun do not disturb the next`() throws {
    let f = try TransactionFixture()
    _ = try f.lead(to: .prepareCommit)
    try f.restart()
    f.partitions.answerHeld()
    #expect(f.state() == .completeCommit)
    #expect(f.coordinator.counters.committed == 1)
  }

  @Test func `records that cannot be read are left out`() throws {
    let f = try TransactionFixture()
    _ = try f.producer("good")
    let key = try TransactionRecord.encode("bad", nil).key
    f.log.append(
      [
        StateRecord(key: key, value: ByteBuffer(bytes: [0, 1, 2])), StateRecord(key: ByteBuffer(bytes: [0, 5]), value: ByteBuffer()),
        StateRecord(key: ByteBuffer(), value: nil),
      ], producer: nil
    ) { _ in }
    try f.restart()
    #expect(f.state("good") == .empty)
    #expect(f.coordinator.transactionalIDs == 1)
  }
}
