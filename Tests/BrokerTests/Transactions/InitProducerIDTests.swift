import Testing

@testable import Broker

@Suite struct InitProducerIDTests {
  private func producer(_ id: Int64, _ epoch: Int16) -> TransactionCoordinator.InitializedProducer {
    .success(StateProducer(id: id, epoch: epoch))
  }

  @Test func `an idempotent producer gets a new id each time and nothing is written`() throws {
    let f = try TransactionFixture()
    #expect(f.initialize(nil) == producer(1_000, 0))
    #expect(f.initialize(nil) == producer(1_001, 0))
    #expect(f.initialize(nil, expected: StateProducer(id: 1_000, epoch: 4)) == producer(1_002, 0))
    #expect(f.log.entries.isEmpty)
  }

  @Test func `each start of a transactional producer raises the epoch`() throws {
    let f = try TransactionFixture()
    #expect(f.initialize() == producer(1_000, 0))
    #expect(f.initialize() == producer(1_000, 1))
    #expect(f.initialize("other") == producer(1_001, 0))
  }

  @Test(arguments: [TransactionState.completeCommit, .completeAbort])
  func `a producer starts after a finished transaction`(state: TransactionState) throws {
    let f = try TransactionFixture()
    _ = try f.lead(to: state)
    #expect(f.initialize() == producer(1_000, 1))
    #expect(f.state() == .empty)
    #expect(f.metadata()?.startTimestamp == -1)
  }

  @Test(arguments: [TransactionState.prepareCommit, .prepareAbort])
  func `a producer waits while markers are written`(state: TransactionState) throws {
    let f = try TransactionFixture()
    _ = try f.lead(to: state)
    #expect(f.initialize() == .failure(.concurrentTransactions))
    f.partitions.answerHeld()
    #expect(f.initialize() == producer(1_000, 1))
  }

  @Test func `an open transaction of another is aborted under a higher epoch, and the newcomer comes again`() throws {
    let f = try TransactionFixture()
    let zombie = try f.lead(to: .ongoing)
    #expect(f.initialize() == .failure(.concurrentTransactions))
    #expect(f.state() == .completeAbort)
    #expect(Set(f.partitions.markers.map(\.producer)) == [StateProducer(id: 1_000, epoch: 1)])
    #expect(f.partitions.markers.allSatisfy { !$0.committed })
    #expect(f.initialize() == producer(1_000, 2))
    #expect(f.add(zombie) == .producerFenced)
    #expect(f.end(zombie) == .producerFenced)
    #expect(f.coordinator.counters.takenOver == 1)
    #expect(f.coordinator.counters.fenced == 2)
  }

  @Test func `a producer that goes on keeps its id and gets the next epoch`() throws {
    let f = try TransactionFixture()
    let first = try f.producer()
    #expect(f.initialize(expected: first) == producer(first.id, 1))
  }

  @Test func `a repeat of the request of a producer that goes on gets the same answer`() throws {
    let f = try TransactionFixture()
    let first = try f.producer()
    #expect(f.initialize(expected: first) == producer(first.id, 1))
    #expect(f.initialize(expected: first) == producer(first.id, 1))
  }

  @Test func `a producer that another has overtaken is fenced`() throws {
    let f = try TransactionFixture()
    let first = try f.producer()
    _ = try f.producer()
    #expect(f.initialize(expected: first) == .failure(.producerFenced))
    #expect(f.initialize(expected: StateProducer(id: 77, epoch: 0)) == .failure(.producerFenced))
  }

  @Test func `a producer with another id is fenced, whatever its epoch`() throws {
    let f = try TransactionFixture()
    let first = try f.producer()
    #expect(f.initialize(expected: StateProducer(id: first.id + 77, epoch: first.epoch)) == .failure(.producerFenced))
    f.add(first)
    #expect(f.initialize(expected: StateProducer(id: first.id + 77, epoch: first.epoch)) == .failure(.producerFenced))
    #expect(f.state() == .ongoing)
  }

  @Test func `a producer that recovers an id the broker has forgotten gets a new one`() throws {
    let f = try TransactionFixture()
    #expect(f.initialize(expected: StateProducer(id: 5, epoch: 9)) == producer(1_000, 0))
  }

  private func exhaust(_ f: TransactionFixture) throws {
    _ = try f.producer()
    f.coordinator.entries["t"]?.metadata.producerEpoch = 32_765
    #expect(f.initialize() == producer(1_000, 32_766))
  }

  @Test func `when the epochs are used up a new producer gets a new id`() throws {
    let f = try TransactionFixture()
    try exhaust(f)
    #expect(f.initialize() == producer(1_001, 0))
  }

  @Test func `when the epochs are used up a producer that goes on gets a new id, also on a repeat`() throws {
    let f = try TransactionFixture()
    try exhaust(f)
    #expect(f.initialize(expected: StateProducer(id: 1_000, epoch: 32_766)) == producer(1_001, 0))
    #expect(f.initialize(expected: StateProducer(id: 1_000, epoch: 32_766)) == producer(1_001, 0))
  }

  @Test func `a stale epoch does not get a new id out of used-up epochs`() throws {
    let f = try TransactionFixture()
    try exhaust(f)
    #expect(f.initialize(expected: StateProducer(id: 1_000, epoch: 4)) == .failure(.producerFenced))
  }

  @Test func `fencing the last epoch leads to a new id`() throws {
    let f = try TransactionFixture()
    try exhaust(f)
    f.add(StateProducer(id: 1_000, epoch: 32_766))
    #expect(f.initialize() == .failure(.concurrentTransactions))
    #expect(f.partitions.markers.first?.producer == StateProducer(id: 1_000, epoch: 32_767))
    #expect(f.initialize() == producer(1_001, 0))
  }

  @Test(arguments: [0, -1, 900_001] as [Int32])
  func `a time-out beyond the broker's is refused`(timeout: Int32) throws {
    #expect(try TransactionFixture().initialize(timeout: timeout) == .failure(.invalidTransactionTimeout))
  }

  @Test func `an empty or overlong transactional id is refused`() throws {
    let f = try TransactionFixture()
    #expect(f.initialize("") == .failure(.invalidRequest))
    #expect(f.initialize(String(repeating: "x", count: 1_025)) == .failure(.invalidRequest))
    #expect(f.initialize(String(repeating: "x", count: 1_024)) == producer(1_000, 0))
  }

  @Test func `the number of transactional ids is bounded`() throws {
    let f = try TransactionFixture(started: false)
    f.configuration.maxTransactionalIDs = 1
    f.make()
    try f.coordinator.start()
    _ = try f.producer("a")
    #expect(f.initialize("b") == .failure(.policyViolation))
    #expect(f.initialize("a") == producer(1_000, 1))
  }

  @Test func `without ids to give the producer is asked to come again`() throws {
    let f = try TransactionFixture()
    f.refusesBlocks = true
    #expect(f.initialize(nil) == .failure(.coordinatorLoadInProgress))
    #expect(f.initialize() == .failure(.coordinatorLoadInProgress))
    f.refusesBlocks = false
    #expect(f.initialize() == producer(1_000, 0))
  }

  @Test func `a log that fails leaves the producer where it was`() throws {
    let f = try TransactionFixture()
    f.log.answer = .kafkaStorageError
    #expect(f.initialize() == .failure(.notCoordinator))
    f.log.answer = .none
    #expect(f.initialize() == producer(1_000, 0))
  }

  @Test func `only one request at a time changes an id`() throws {
    let f = try TransactionFixture()
    f.log.holdsCompletions = true
    #expect(f.initialize() == nil)
    #expect(f.initialize() == .failure(.concurrentTransactions))
    f.log.completeHeld()
    f.log.holdsCompletions = false
    #expect(f.initialize() == producer(1_000, 1))
  }

  @Test func `requests are asked to come again before the log is read and turned away after the stop`() throws {
    let f = try TransactionFixture(started: false)
    #expect(f.initialize(nil) == .failure(.coordinatorLoadInProgress))
    try f.coordinator.start()
    f.coordinator.stop()
    #expect(f.initialize() == .failure(.coordinatorNotAvailable))
    #expect(f.end(StateProducer(id: 1, epoch: 0)) == .coordinatorNotAvailable)
  }
}
