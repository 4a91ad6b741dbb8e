import Kafka
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// The fence between two owners of a partition, and the rest of the sink's contract.
@Suite(.timeLimit(.minutes(2))) struct PostgresSinkTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)
  private let p1 = TopicPartition(topic: "t", partition: 1)

  private func withSinks(
    handler: CountingHandler = CountingHandler(), _ body: (_ a: PostgresSink, _ b: PostgresSink, Pool) async throws -> Void
  ) async throws {
    try await withTestDatabase { database in
      let pool = Pool(configuration: database, maxConnections: 4, logger: testLogger("pool"))
      let scope = OffsetScope(clusterID: "c", group: "g")
      let a = PostgresSink(handlers: [handler], pool: pool, logger: testLogger("a"))
      let b = PostgresSink(handlers: [CountingHandler()], pool: pool, logger: testLogger("b"))
      // Both at once, as two processes that are started together.
      async let first: Void = a.prepare(scope)
      async let second: Void = b.prepare(scope)
      _ = try await (first, second)
      do {
        try await body(a, b, pool)
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }

  private func batch(_ offsets: Range<Int>, expected: Int64?, _ partition: TopicPartition? = nil) -> SinkBatch {
    let partition = partition ?? p0
    return SinkBatch(
      records: Records.run(partition, offsets).map(ChangeRecord.init(parsing:)),
      advances: [.init(partition: partition, expected: expected, next: Int64(offsets.upperBound))])
  }

  private func count(_ pool: Pool) async throws -> Int64 {
    try await pool.query("SELECT count(*) FROM counted").single()[0, as: Int64.self]
  }

  @Test func effectAndOffsetMoveTogether() async throws {
    try await withSinks { a, _, pool in
      #expect(try await a.storedOffsets(for: [p0]).isEmpty)
      try await a.apply(batch(0..<5, expected: nil))
      try await a.apply(batch(5..<7, expected: 5))
      #expect(try await a.storedOffsets(for: [p0, p1]) == [p0: 7])
      #expect(try await count(pool) == 7)
      try await a.apply(SinkBatch(records: [], advances: [.init(partition: p0, expected: 7, next: 9)]))
      #expect(try await a.storedOffsets(for: [p0]) == [p0: 9])
      try await a.ping()
    }
  }

  @Test func aPlanTakesThePlaceOfApply() async throws {
    struct Planning: Handler {
      let name = "planning"
      func accepts(_ record: ChangeRecord) -> Bool { record.offset % 2 == 0 }
      func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
        throw RecordFailure(index: 0, reason: "not planned")
      }
      func plan(_ records: [ChangeRecord]) -> HandlerPlan? {
        guard records.count > 1 else { return nil }
        return HandlerPlan { transaction in
          for record in records { try await transaction.execute("INSERT INTO planned VALUES (\(record.offset))") }
          if records.contains(where: { $0.offset == 24 }) { throw RecordFailure(index: 2, reason: "the third") }
        }
      }
    }
    try await withTestDatabase { database in
      let pool = Pool(configuration: database, maxConnections: 2, logger: testLogger("pool"))
      try await pool.execute("CREATE TABLE planned (\"offset\" bigint)")
      let sink = PostgresSink(handlers: [Planning()], pool: pool, logger: testLogger("sink"))
      try await sink.prepare(OffsetScope(clusterID: "c", group: "g"))
      for (offsets, index) in [(10..<16, nil), (16..<18, 0), (20..<26, 4)] as [(Range<Int>, Int?)] {
        var batch = batch(offsets, expected: nil, TopicPartition(topic: "t", partition: Int32(offsets.lowerBound)))
        batch.plan = sink.plan(batch.records)
        if let index {
          let failure = await #expect(throws: SinkFailure.self) { try await sink.apply(batch) }
          #expect(failure?.index == index)
        } else {
          try await sink.apply(batch)
        }
      }
      let rows = try await pool.query("SELECT \"offset\" FROM planned ORDER BY 1")
      #expect(try rows.map { try $0[0, as: Int64.self] } == [10, 12, 14])
      await pool.close()
    }
  }

  /// One handler plans around its failures, one wants to plan anew, one does not plan: none gets a record that another one refuses.
  @Test func recordsThatAPlanRefusesAreForNoHandler() async throws {
    struct Refusing: Handler {
      let name: String
      let refuses: Int64?
      var isOnePass = true
      func accepts(_ record: ChangeRecord) -> Bool { true }
      func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
        for record in records { try await transaction.execute("INSERT INTO refused VALUES (\(name), \(record.offset))") }
      }
      func plan(_ records: [ChangeRecord]) -> HandlerPlan? {
        guard let refuses else { return nil }
        let failures = records.indices.filter { records[$0].offset % refuses == 0 }.map { RecordFailure(index: $0, reason: "no \(name)") }
        if !failures.isEmpty, !isOnePass { return HandlerPlan(failures: failures, work: nil) }
        return HandlerPlan(failures: failures) { try await apply(records.filter { $0.offset % refuses != 0 }, in: $0) }
      }
    }
    try await withTestDatabase { database in
      let pool = Pool(configuration: database, maxConnections: 2, logger: testLogger("pool"))
      try await pool.execute("CREATE TABLE refused (name text, \"offset\" bigint)")
      let handlers = [
        Refusing(name: "a", refuses: 5), Refusing(name: "b", refuses: 7, isOnePass: false), Refusing(name: "c", refuses: nil),
      ]
      let sink = PostgresSink(handlers: handlers, pool: pool, logger: testLogger("sink"))
      try await sink.prepare(OffsetScope(clusterID: "c", group: "g"))
      var batch = batch(10..<18, expected: nil, TopicPartition(topic: "t", partition: 0))
      let plan = try #require(sink.plan(batch.records))
      #expect(plan.rejected.map(\.index) == [0, 4, 5])
      #expect(plan.rejected.map(\.reason) == ["no a", "no b", "no a"])
      batch.plan = plan
      try await sink.apply(batch)
      let rows = try await pool.query("SELECT name, array_agg(\"offset\" ORDER BY 2)::text FROM refused GROUP BY 1 ORDER BY 1")
      #expect(
        try rows.map { "\(try $0[0, as: String.self]) \(try $0[1, as: String.self])" } == ["a", "b", "c"].map { "\($0) {11,12,13,16,17}" })
      await pool.close()
    }
  }

  @Test(
    arguments: [
      // What is stored, what is expected.
      (10, nil), (10, 5), (10, 12), (nil, 5),
    ] as [(Int64?, Int64?)])
  func anUnexpectedOffsetMovesNothing(stored: Int64?, expected: Int64?) async throws {
    try await withSinks { a, b, pool in
      if let stored { try await a.apply(SinkBatch(records: [], advances: [.init(partition: p0, expected: nil, next: stored)])) }
      let conflict = await #expect(throws: OffsetConflict.self) { try await b.apply(batch(12..<20, expected: expected)) }
      #expect(conflict?.stored == [p0: stored])
      #expect(try await count(pool) == 0)
      #expect(try await a.storedOffsets(for: [p0]) == (stored.map { [p0: $0] } ?? [:]))
    }
  }

  @Test func oneRefusedPartitionRefusesTheBatch() async throws {
    try await withSinks { a, b, pool in
      try await a.apply(batch(0..<3, expected: nil))
      let both = SinkBatch(
        records: batch(0..<3, expected: nil).records,
        advances: [.init(partition: p0, expected: nil, next: 3), .init(partition: p1, expected: nil, next: 5)])
      let conflict = await #expect(throws: OffsetConflict.self) { try await b.apply(both) }
      #expect(conflict?.stored == [p0: 3])
      #expect(try await b.storedOffsets(for: [p0, p1]) == [p0: 3])
      #expect(try await count(pool) == 3)
    }
  }

  @Test func theOneWhoLostThePartitionWaitsAndThenStops() async throws {
    let gate = Gate()
    try await withSinks(handler: CountingHandler { _, _ in await gate.pass() }) { a, b, pool in
      let offsets = Records.run(p0, 0..<4).map(ChangeRecord.init(parsing:))
      let slow = SinkBatch(records: offsets, advances: [.init(partition: p0, expected: nil, next: 4)])
      async let first: Void = a.apply(slow)
      try await eventually { gate.arrivals == 1 }
      // The other one comes while the first has not committed: it waits for the row, then finds it moved.
      async let second: Void = b.apply(slow)
      try await eventually("the second waits for the row") {
        try await pool.query(
          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ).single()[0, as: Int64.self] == 1
      }
      gate.open()
      try await first
      do {
        try await second
        Issue.record("applied twice")
      } catch let conflict as OffsetConflict {
        #expect(conflict.stored == [p0: 4])
      }
      #expect(try await count(pool) == 4)
    }
  }

  @Test func anotherGroupAndAnotherClusterHaveOffsetsOfTheirOwn() async throws {
    try await withSinks { a, b, pool in
      try await a.apply(batch(0..<5, expected: nil))
      try await b.prepare(OffsetScope(clusterID: "c", group: "other"))
      #expect(try await b.storedOffsets(for: [p0]).isEmpty)
      try await b.prepare(OffsetScope(clusterID: "other", group: "g"))
      #expect(try await b.storedOffsets(for: [p0]).isEmpty)
      try await b.apply(batch(0..<5, expected: nil))
      #expect(try await count(pool) == 10)
    }
  }

  @Test func anOffsetIsResetOnlyFromWhereItIs() async throws {
    try await withSinks { a, _, _ in
      try await a.apply(batch(0..<5, expected: nil))
      await #expect(throws: OffsetConflict.self) { try await a.resetOffset(of: p0, expected: 4, to: 1) }
      try await a.resetOffset(of: p0, expected: 5, to: 1)
      #expect(try await a.storedOffsets(for: [p0]) == [p0: 1])
    }
  }

  @Test func aNamedRecordIsFoundInTheBatch() async throws {
    let handler = CountingHandler { records, _ in throw RecordFailure(index: records.count - 1, reason: "the last one") }
    try await withSinks(handler: handler) { a, _, pool in
      let records = Records.run(p0, 0..<4) { $0 == 3 ? nil : Records.envelope($0) }.map(ChangeRecord.init(parsing:))
      let mixed = SinkBatch(records: records, advances: [.init(partition: p0, expected: nil, next: 4)])
      let failure = await #expect(throws: SinkFailure.self) { try await a.apply(mixed) }
      #expect(failure?.index == 2)
      #expect(failure?.handler == "counting")
      #expect(failure?.reason == "the last one")
      let applied = try await count(pool)
      #expect(applied == 0)
      #expect(try await a.storedOffsets(for: [p0]).isEmpty)
    }
  }

  @Test func beforeItIsPreparedItSaysSo() async throws {
    try await withTestDatabase { database in
      let pool = Pool(configuration: database, maxConnections: 1, logger: testLogger("pool"))
      let sink = PostgresSink(handlers: [], pool: pool, logger: testLogger("sink"))
      let error = await #expect(throws: SyncerError.self) { try await sink.storedOffsets(for: []) }
      #expect(error?.code == .notPrepared)
      await pool.close()
    }
  }
}
