import Kafka
import Logging
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// Keys that are parked and let go, with Kafka's protocol and a real PostgreSQL.
@Suite(.timeLimit(.minutes(3))) struct ParkingEngineTests {
  private let anna = ParkingActor(name: "anna", reason: "it is allowed now")

  private func configuration(_ installation: Installation) -> SyncerConfiguration {
    var configuration = installation.configuration()
    configuration.parking.pollInterval = .milliseconds(50)
    configuration.startDeadline = .seconds(60)
    return configuration
  }

  private func with(_ body: (Installation, Pool, LedgerEntries, ParkingStore) async throws -> Void) async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      // The tables before the engine, for the names that are forbidden.
      try await pool.withConnection { try await KeyLedgerHandler().prepare($0) }
      do {
        try await body(installation, pool, LedgerEntries(pool: pool), ParkingStore(pool: pool))
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }

  /// Rounds of records of the same keys: key i of partition i % 4, its name in each round being `k<i>-<round>`.
  private func produce(_ installation: Installation, _ rounds: Range<Int>, keys: Int = 20) async throws {
    for round in rounds {
      try await installation.produce((0..<keys).map { Records.envelope($0, name: "k\($0)-\(round)") }, keys: { "k\($0)" })
    }
  }

  private func expectOrder(_ ledger: LedgerEntries, _ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await eventually(within: .seconds(40), "\(count) records in the ledger") { try await ledger.count >= count }
    let found = (try await ledger.count, try await ledger.doubles, try await ledger.overtaken)
    #expect(found == (count, 0, 0), sourceLocation: sourceLocation)
  }

  @Test func laterRecordsOfAKeyWaitAcrossARestartAndAreAppliedInOrder() async throws {
    try await with { installation, pool, ledger, store in
      try await ledger.forbid("k3-1", "k8-0")
      try await produce(installation, 0..<4)
      let first = try installation.engine([KeyLedgerHandler()], configuration(installation), pool: pool)
      try await installation.run(first) {
        // 80 records: of key 3 the first one was applied and 3 wait, of key 8 all 4 wait.
        try await expectOrder(ledger, 73)
        try await eventually("the queues") { try await store.totals().records == 7 }
      }
      #expect(first.status.counts.deadLetters == 2)
      #expect(first.status.counts.keysParked == 2)

      // Another process goes on where this one has stopped.
      try await produce(installation, 4..<6)
      let second = try installation.engine([KeyLedgerHandler()], configuration(installation), pool: pool)
      try await installation.run(second) {
        try await expectOrder(ledger, 73 + 36)
        try await eventually("the queues") { try await store.totals().records == 11 }
        #expect(second.status.counts.deadLetters == 0)

        // Asked for too early: it fails again and stays.
        let keys = try await store.keys()
        for key in keys { try await store.requestRetry(of: key.id, by: anna) }
        try await eventually("attempts that failed") {
          try await store.keys().allSatisfy { $0.state == .parked && $0.attempts == 1 }
        }
        #expect(second.status.counts.deadLetters == 0)

        try await ledger.allow()
        for key in keys { try await store.requestRetry(of: key.id, by: anna) }
        try await produce(installation, 6..<8)
        try await expectOrder(ledger, 160)
        try await eventually("free keys") { try await store.totals().keys == 0 }
        try await eventually("no lag") { second.status.lag.count == 4 && second.status.lagRecords == 0 }
      }
      #expect(second.status.counts.recordsResolved >= 11)
      let letters = try await installation.consume(installation.topic + ".dlq", count: 2)
      #expect(Set(letters.compactMap(\.key)) == [Array("k3".utf8), Array("k8".utf8)])
      let audit = try await store.audit()
      #expect(audit.filter { $0.action == .resolved }.count == 2)
    }
  }

  /// The record that moves the offset past what the lanes have done is one of those that a lane has parked.
  @Test func whatLanesHaveParkedIsParkedOnceAndResolvedInOrder() async throws {
    try await with { installation, _, ledger, store in
      let pool = Pool(configuration: installation.database, maxConnections: 20, logger: testLogger("pool"))
      var configuration = configuration(installation)
      configuration.lanes = 4
      // The partitions' first offsets: lanes begin once there is one.
      try await produce(installation, 0..<1)
      let first = try installation.engine([KeyLedgerHandler()], configuration, pool: pool)
      try await installation.run(first) {
        try await expectOrder(ledger, 20)
        try await ledger.forbid("k3-2", "k8-1")
        try await produce(installation, 1..<4)
        try await installation.produce([Array("{ no".utf8)], keys: { _ in "k0" })
        try await expectOrder(ledger, 75)
        try await eventually("the queues") { try await store.totals().records == 6 }
        try await eventually("no lag") { first.status.lag.count == 4 && first.status.lagRecords == 0 }
      }
      #expect(first.status.counts.deadLetters == 3)
      #expect(first.status.counts.keysParked == 3)
      #expect(first.status.counts.recordsParked == 6)

      configuration.lanes = 3
      try await produce(installation, 4..<6)
      let second = try installation.engine([KeyLedgerHandler()], configuration, pool: pool)
      try await installation.run(second) {
        try await expectOrder(ledger, 75 + 34)
        try await eventually("the queues") { try await store.totals().records == 12 }
        try await ledger.allow()
        for key in try await store.keys() {
          if key.errorClass == .malformed {
            try await store.discard(recordAt: key.failedOffset, of: key.id, by: anna)
          } else {
            try await store.requestRetry(of: key.id, by: anna)
          }
        }
        try await expectOrder(ledger, 120)
        try await eventually("free keys") { try await store.totals().keys == 0 }
        try await eventually("no lag") { second.status.lag.count == 4 && second.status.lagRecords == 0 }
      }
      #expect(second.status.counts.deadLetters == 0)
      #expect(second.status.counts.recordsParked == 6)
      await pool.close()
    }
  }

  @Test func anotherMemberKnowsWhatIsParkedAfterARebalance() async throws {
    try await with { installation, pool, ledger, store in
      try await ledger.forbid("k1-0", "k2-0", "k3-0", "k4-0")
      try await produce(installation, 0..<2)
      let first = try installation.engine([KeyLedgerHandler()], configuration(installation), pool: pool)
      let second = try installation.engine([KeyLedgerHandler()], configuration(installation), pool: pool)
      try await installation.run(first) {
        try await expectOrder(ledger, 32)
        try await installation.run(second) {
          try await eventually(within: .seconds(40), "both members' partitions") {
            first.status.assigned.count == 2 && second.status.assigned.count == 2
          }
          try await produce(installation, 2..<4)
          try await expectOrder(ledger, 64)
          try await ledger.allow()
          for key in try await store.keys() { try await store.requestRetry(of: key.id, by: anna) }
          try await produce(installation, 4..<6)
          try await expectOrder(ledger, 120)
        }
      }
      #expect(second.status.counts.recordsResolved > 0)
      #expect(first.status.counts.recordsResolved > 0)
    }
  }

  @Test func malformedRecordsParkTheirKeysAndRecordsWithoutKeyNobody() async throws {
    try await with { installation, pool, ledger, store in
      let bad = Array("{ no".utf8)
      try await installation.produce([bad, Records.envelope(1), Records.envelope(2), bad], keys: { _ in "a" })
      try await produce(installation, 0..<1, keys: 4)
      let producer = try Producer(
        configuration: ProducerConfiguration(bootstrapServers: installation.kafka), logger: testLogger("producer"))
      for value in [bad, Records.envelope(9)] {
        _ = try await producer.send(ProducerRecord(topic: installation.topic, partition: 0, key: nil, value: value))
      }
      // Behind the malformed one of partition 0.
      _ = try await producer.send(ProducerRecord(topic: installation.topic, partition: 0, key: Array("a".utf8), value: Records.envelope(5)))
      await producer.close(deadline: .seconds(10))
      let engine = try installation.engine([KeyLedgerHandler()], configuration(installation), pool: pool)
      try await installation.run(engine) {
        // Keys of one name in other partitions are others: partitions 1 and 2 go on.
        try await expectOrder(ledger, 7)
        try await eventually("dead letters") { engine.status.counts.deadLetters == 3 }
        try await eventually("parked keys") { try await store.totals().records == 3 }
        let keys = try await store.keys()
        #expect(keys.map(\.errorClass) == [.malformed, .malformed])
        #expect(keys.map(\.nextAttempt) == [nil, nil])
        let failing = try #require(keys.first { $0.partition.partition == 0 })
        try await store.edit(recordAt: failing.failedOffset, of: failing.id, value: Records.envelope(4), by: anna)
        try await store.requestRetry(of: failing.id, by: anna)
        try await expectOrder(ledger, 9)
        let other = try #require(keys.first { $0.partition.partition == 3 })
        try await store.discard(keyOf: other.id, by: anna)
        try await eventually("no parked keys") { try await store.keys().isEmpty }
      }
    }
  }

  @Test func whatIsBehindAndFailsIsDeadLetteredWhenItsTurnComes() async throws {
    try await with { installation, pool, ledger, store in
      try await ledger.forbid("k1-0", "k1-2")
      try await produce(installation, 0..<4, keys: 4)
      let engine = try installation.engine([KeyLedgerHandler()], configuration(installation), pool: pool)
      try await installation.run(engine) {
        try await expectOrder(ledger, 12)
        // The other keys may have been faster.
        try await eventually("the queue") { try await store.totals().records == 4 }
        try await pool.execute("DELETE FROM forbidden WHERE name = 'k1-0'")
        let id = try #require(try await store.keys().first?.id)
        try await store.requestRetry(of: id, by: anna)
        try await expectOrder(ledger, 14)
        try await eventually("the next one") { try await store.key(id)?.state == .parked }
        let records = try await store.records(of: id)
        #expect(records.map(\.kind) == [.failed, .behind])
        #expect(engine.status.counts.deadLetters == 2)
        let failing = try #require(records.first?.record.offset)
        try await store.discard(recordAt: failing, of: id, by: anna)
        try await expectOrder(ledger, 15)
      }
    }
  }

  @Test func whatOthersMayMendIsTriedByItself() async throws {
    try await with { installation, pool, ledger, store in
      // A foreign key, of which the row comes later.
      try await pool.execute("CREATE TABLE names (name text PRIMARY KEY)")
      try await pool.execute("INSERT INTO names SELECT 'k' || i || '-0' FROM generate_series(0, 3) AS i WHERE i <> 2")
      try await pool.execute("ALTER TABLE ledger ADD FOREIGN KEY (name) REFERENCES names")
      try await produce(installation, 0..<1, keys: 4)
      var configuration = configuration(installation)
      configuration.parking.retry = RetryPolicy(initialDelay: .milliseconds(100), maxDelay: .milliseconds(200), maxAttempts: 100)
      let engine = try installation.engine([KeyLedgerHandler()], configuration, pool: pool)
      try await installation.run(engine) {
        try await expectOrder(ledger, 3)
        try await eventually("attempts by themselves") { try await store.keys().first.map { $0.attempts >= 2 } ?? false }
        let errorClass = try await store.keys().first?.errorClass
        #expect(errorClass == .transient)
        try await pool.execute("INSERT INTO names VALUES ('k2-0')")
        try await expectOrder(ledger, 4)
        try await eventually("no parked keys") { try await store.keys().isEmpty }
      }
    }
  }

  @Test func atTheBoundPartitionsWaitAndNothingIsDropped() async throws {
    try await with { installation, pool, ledger, store in
      try await ledger.forbid("k0-0")
      try await produce(installation, 0..<10, keys: 4)
      var configuration = configuration(installation)
      configuration.parking.maxRecords = 3
      configuration.batchRecords = 4
      let engine = try installation.engine([KeyLedgerHandler()], configuration, pool: pool)
      try await installation.run(engine) {
        // Keys 1 to 3 are in other partitions and go on.
        try await expectOrder(ledger, 30)
        try await eventually("a partition that waits") { engine.status.problem?.contains("syncer.parking.max_records") == true }
        #expect(!engine.status.isReady)
        let parked = try await store.totals().records
        #expect(parked >= 3 && parked < 10)
        #expect(engine.status.counts.deadLetters == 1)
        try await ledger.allow()
        let id = try #require(try await store.keys().first?.id)
        try await store.requestRetry(of: id, by: anna)
        try await expectOrder(ledger, 40)
        try await eventually("ready again") { engine.status.isReady }
      }
      #expect(engine.status.counts.deadLetters == 1)
    }
  }

  @Test func withDeadLettersAloneNobodyWaits() async throws {
    try await with { installation, pool, ledger, store in
      try await ledger.forbid("k1-0")
      try await produce(installation, 0..<3, keys: 4)
      var configuration = configuration(installation)
      configuration.failures = .deadLetter
      let engine = try installation.engine([KeyLedgerHandler()], configuration, pool: pool)
      try await installation.run(engine) { try await expectOrder(ledger, 11) }
      let keys = try await store.keys()
      #expect(keys.isEmpty)
      #expect(engine.status.counts.deadLetters == 1)
    }
  }
}
