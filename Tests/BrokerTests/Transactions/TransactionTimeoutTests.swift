import Testing

@testable import Broker

@Suite struct TransactionTimeoutTests {
  @Test func `an overdue transaction is aborted under a higher epoch and its producer shut out`() throws {
    let f = try TransactionFixture()
    let slow = try f.producer(timeout: 15_000)
    f.add(slow)
    f.scheduler.advance(byMilliseconds: 15_000)
    #expect(f.state() == .ongoing)
    f.scheduler.advance(byMilliseconds: 5_000)
    #expect(f.state() == .completeAbort)
    #expect(f.partitions.markers.map(\.producer) == [StateProducer(id: slow.id, epoch: 1)])
    #expect(f.partitions.markers.map(\.committed) == [false])
    #expect(f.end(slow) == .producerFenced)
    #expect(f.coordinator.counters.timedOut == 1)
    #expect(f.initialize() == .success(StateProducer(id: slow.id, epoch: 2)))
  }

  @Test func `adding partitions does not prolong a transaction`() throws {
    let f = try TransactionFixture()
    let slow = try f.producer(timeout: 15_000)
    f.add(slow, [TransactionFixture.orders])
    f.scheduler.advance(byMilliseconds: 9_000)
    f.add(slow, [TransactionFixture.payments])
    f.scheduler.advance(byMilliseconds: 11_000)
    #expect(f.state() == .completeAbort)
  }

  @Test(arguments: [TransactionState.empty, .completeCommit, .completeAbort, .prepareCommit])
  func `only ongoing transactions time out`(state: TransactionState) throws {
    let f = try TransactionFixture()
    _ = try f.lead(to: state)
    f.scheduler.advance(byMilliseconds: 1_000_000)
    #expect(f.state() == state)
    #expect(f.coordinator.counters.timedOut == 0)
  }

  @Test func `a batch that comes between the decision to abort and its durability is refused`() throws {
    let f = try TransactionFixture()
    let slow = try f.producer(timeout: 1_000)
    f.add(slow)
    f.log.holdsCompletions = true
    f.scheduler.advance(byMilliseconds: 10_000)
    #expect(f.state() == .ongoing)
    let code = f.coordinator.verify(
      transactionalID: "t", producerID: slow.id, epoch: slow.epoch, partition: TransactionFixture.orders, knowsAbortable: true)
    #expect(code == .invalidProducerEpoch)
  }

  @Test func `an abort that could not be written is repeated under the same epoch`() throws {
    let f = try TransactionFixture()
    let slow = try f.producer(timeout: 1_000)
    f.add(slow)
    f.log.answer = .kafkaStorageError
    f.scheduler.advance(byMilliseconds: 30_000)
    #expect(f.state() == .ongoing)
    #expect(f.metadata()?.producerEpoch == 1)
    #expect(f.end(slow) == .producerFenced)
    f.log.answer = .none
    f.scheduler.advance(byMilliseconds: 10_000)
    #expect(f.state() == .completeAbort)
    #expect(f.partitions.markers.map(\.producer.epoch) == [1])
    #expect(f.coordinator.counters.timedOut == 1)
  }

  @Test func `unused transactional ids are forgotten after seven days`() throws {
    let f = try TransactionFixture()
    _ = try f.producer("idle")
    let busy = try f.producer("busy", timeout: 900_000)
    let day: Int64 = 86_400_000
    f.scheduler.advance(byMilliseconds: 6 * day)
    f.add(busy, id: "busy")
    f.end(busy, id: "busy")
    f.scheduler.advance(byMilliseconds: day)
    #expect(f.state("idle") == nil)
    #expect(f.state("busy") == .completeCommit)
    #expect(f.coordinator.counters.expired == 1)
    try f.restart()
    #expect(f.state("idle") == nil)
    #expect(f.state("busy") == .completeCommit)
  }

  @Test func `ids that could not be forgotten stay and are forgotten later`() throws {
    let f = try TransactionFixture()
    _ = try f.producer()
    f.log.answer = .kafkaStorageError
    f.scheduler.advance(byMilliseconds: 8 * 86_400_000)
    #expect(f.state() == .empty)
    f.log.answer = .none
    f.scheduler.advance(byMilliseconds: 3_600_000)
    #expect(f.state() == nil)
  }
}
