import Testing

@testable import Broker

@Suite struct TransactionVerificationTests {
  private func verify(
    _ f: TransactionFixture, _ producer: StateProducer, id: String? = "t", _ partition: TopicPartition = TransactionFixture.orders,
    knowsAbortable: Bool = true
  ) -> ErrorCode {
    f.coordinator.verify(
      transactionalID: id, producerID: producer.id, epoch: producer.epoch, partition: partition, knowsAbortable: knowsAbortable)
  }

  @Test func `a batch of the transaction may be appended`() throws {
    let f = try TransactionFixture()
    #expect(verify(f, try f.lead(to: .ongoing)) == ErrorCode.none)
  }

  @Test func `a partition that was not added is refused as the version allows`() throws {
    let f = try TransactionFixture()
    let producer = try f.producer()
    f.add(producer, [TransactionFixture.payments])
    #expect(verify(f, producer) == .transactionAbortable)
    #expect(verify(f, producer, knowsAbortable: false) == .invalidTxnState)
  }

  @Test(arguments: [TransactionState.empty, .completeCommit, .completeAbort])
  func `outside a transaction nothing may be appended`(state: TransactionState) throws {
    let f = try TransactionFixture()
    #expect(verify(f, try f.lead(to: state)) == .transactionAbortable)
  }

  @Test(arguments: [TransactionState.prepareCommit, .prepareAbort])
  func `behind the decision nothing may be appended`(state: TransactionState) throws {
    let f = try TransactionFixture()
    #expect(verify(f, try f.lead(to: state)) == .notEnoughReplicas)
  }

  @Test func `a batch that overtakes the durability of its own partition is refused`() throws {
    let f = try TransactionFixture()
    let producer = try f.producer()
    f.log.holdsCompletions = true
    f.add(producer)
    #expect(verify(f, producer) == .transactionAbortable)
    f.log.completeHeld()
    #expect(verify(f, producer) == ErrorCode.none)
  }

  @Test func `other producers are refused, and without a transactional id nothing is checked`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    #expect(verify(f, StateProducer(id: producer.id, epoch: 5)) == .invalidProducerEpoch)
    #expect(verify(f, StateProducer(id: 5, epoch: 0)) == .invalidProducerIDMapping)
    #expect(verify(f, producer, id: "other") == .invalidProducerIDMapping)
    #expect(verify(f, producer, id: "") == .invalidRequest)
    #expect(verify(f, StateProducer(id: 5, epoch: 0), id: nil) == ErrorCode.none)
  }

  @Test func `a coordinator that does not work yet makes clients repeat`() throws {
    let f = try TransactionFixture(started: false)
    #expect(verify(f, StateProducer(id: 5, epoch: 0)) == .notEnoughReplicas)
  }
}
