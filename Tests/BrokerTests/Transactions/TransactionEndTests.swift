import Testing

@testable import Broker

@Suite struct TransactionEndTests {
  typealias Marker = MemoryTransactionPartitions.Marker

  @Test(arguments: [true, false])
  func `ending a transaction marks each of its partitions once`(committed: Bool) throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    #expect(f.coordinator.openTransactions == 1)
    #expect(f.end(producer, committed: committed) == ErrorCode.none)
    #expect(f.state() == (committed ? .completeCommit : .completeAbort))
    #expect(
      f.partitions.markers == [
        Marker(partition: TransactionFixture.orders, producer: producer, committed: committed),
        Marker(partition: TransactionFixture.payments, producer: producer, committed: committed),
      ])
    #expect(f.coordinator.openTransactions == 0)
    #expect(f.coordinator.counters.committed == (committed ? 1 : 0))
    #expect(f.coordinator.counters.aborted == (committed ? 0 : 1))
  }

  @Test func `one producer makes transaction after transaction`() throws {
    let f = try TransactionFixture()
    let producer = try f.producer()
    for round in 0..<5 {
      #expect(f.add(producer) == ErrorCode.none)
      #expect(f.end(producer, committed: round % 2 == 0) == ErrorCode.none)
    }
    #expect(f.partitions.markers.map(\.committed) == [true, false, true, false, true])
  }

  @Test func `the answer waits for the decision to be durable and not for the markers`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.log.holdsCompletions = true
    f.partitions.holds = true
    #expect(f.end(producer) == nil)
    #expect(f.partitions.attempts == 0)
    #expect(f.end(producer) == .concurrentTransactions)
    f.log.completeHeld()
    #expect(f.state() == .prepareCommit)
    #expect(f.partitions.attempts == 2)
  }

  /// Kafka's table: state, what is asked for, what is answered.
  @Test(arguments: [
    (TransactionState.empty, true, ErrorCode.invalidTxnState), (.empty, false, .invalidTxnState),
    (.ongoing, true, .none), (.ongoing, false, .none),
    (.prepareCommit, true, .concurrentTransactions), (.prepareCommit, false, .concurrentTransactions),
    (.prepareAbort, true, .concurrentTransactions), (.prepareAbort, false, .concurrentTransactions),
    (.completeCommit, true, .none), (.completeCommit, false, .invalidTxnState),
    (.completeAbort, true, .invalidTxnState), (.completeAbort, false, .none),
  ])
  func `the end is answered by state`(state: TransactionState, committed: Bool, expected: ErrorCode) throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: state)
    #expect(f.end(producer, committed: committed) == expected)
  }

  /// The same for partitions.
  @Test(arguments: [
    (TransactionState.empty, ErrorCode.none), (.ongoing, .none), (.prepareCommit, .concurrentTransactions),
    (.prepareAbort, .concurrentTransactions), (.completeCommit, .none), (.completeAbort, .none),
  ])
  func `partitions are added by state`(state: TransactionState, expected: ErrorCode) throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: state)
    f.scheduler.advance(byMilliseconds: 5)
    #expect(f.add(producer) == expected)
    if expected == .none { #expect(f.state() == .ongoing) }
  }

  @Test func `partitions that are there already are not written again`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    let written = f.log.entries.count
    #expect(f.add(producer) == ErrorCode.none)
    #expect(f.log.entries.count == written)
  }

  @Test func `the wrong id or epoch is refused`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    let newer = StateProducer(id: producer.id, epoch: producer.epoch + 1)
    let other = StateProducer(id: producer.id + 1, epoch: producer.epoch)
    #expect(f.end(newer) == .producerFenced)
    #expect(f.add(newer) == .producerFenced)
    #expect(f.end(other) == .invalidProducerIDMapping)
    #expect(f.add(other) == .invalidProducerIDMapping)
    #expect(f.end(producer, id: "unknown") == .invalidProducerIDMapping)
    #expect(f.end(producer, id: "") == .invalidRequest)
    #expect(f.add(producer, id: "") == .invalidRequest)
    #expect(f.state() == .ongoing)
  }

  @Test func `a decision that could not be written is none, and can be repeated`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.log.answer = .requestTimedOut
    #expect(f.end(producer) == .coordinatorNotAvailable)
    #expect(f.state() == .ongoing)
    #expect(f.partitions.attempts == 0)
    f.log.answer = .none
    #expect(f.end(producer, committed: false) == ErrorCode.none)
    #expect(f.state() == .completeAbort)
  }

  // MARK: Markers that fail

  @Test func `a marker that fails is written again, with growing pauses up to the longest`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.partitions.failures[TransactionFixture.payments] = .kafkaStorageError
    #expect(f.end(producer) == ErrorCode.none)
    #expect(f.partitions.markers.map(\.partition) == [TransactionFixture.orders])
    var attempts = f.partitions.attempts
    for pause in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000] as [Int64] {
      f.scheduler.advance(byMilliseconds: pause - 1)
      #expect(f.partitions.attempts == attempts)
      f.scheduler.advance(byMilliseconds: 1)
      attempts += 1
      #expect(f.partitions.attempts == attempts)
    }
    f.partitions.failures = [:]
    f.scheduler.advance(byMilliseconds: 5_000)
    #expect(f.state() == .completeCommit)
    #expect(f.partitions.markers.map(\.partition) == [TransactionFixture.orders, TransactionFixture.payments])
    #expect(f.coordinator.counters.retries == 9)
    #expect(f.add(producer) == ErrorCode.none)
  }

  @Test func `a partition that was deleted needs no marker`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.partitions.failures[TransactionFixture.payments] = .unknownTopicOrPartition
    f.end(producer)
    f.partitions.existing.remove(TransactionFixture.payments)
    f.scheduler.advance(byMilliseconds: 100)
    #expect(f.state() == .completeCommit)
  }

  @Test func `a transaction whose partitions are all deleted ends`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.partitions.existing = []
    f.end(producer)
    #expect(f.state() == .completeCommit)
    #expect(f.partitions.attempts == 0)
  }

  @Test func `a partition that has seen a newer epoch needs no marker`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.partitions.failures[TransactionFixture.orders] = .invalidProducerEpoch
    f.end(producer)
    #expect(f.state() == .completeCommit)
  }

  @Test func `the end is written again until the log takes it`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .prepareCommit)
    f.log.answer = .kafkaStorageError
    f.partitions.answerHeld()
    #expect(f.state() == .prepareCommit)
    #expect(f.add(producer) == .concurrentTransactions)
    f.scheduler.advance(byMilliseconds: 300)
    f.log.answer = .none
    f.scheduler.advance(byMilliseconds: 400)
    #expect(f.state() == .completeCommit)
    #expect(f.partitions.attempts == 2)
    #expect(f.coordinator.counters.committed == 1)
  }

  @Test func `nothing is tried again after the stop`() throws {
    let f = try TransactionFixture()
    let producer = try f.lead(to: .ongoing)
    f.partitions.failures[TransactionFixture.orders] = .kafkaStorageError
    f.end(producer)
    let attempts = f.partitions.attempts
    f.coordinator.stop()
    f.scheduler.advance(byMilliseconds: 1_000_000)
    #expect(f.partitions.attempts == attempts)
  }
}
