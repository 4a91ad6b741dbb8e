import Kafka
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// The store of parked keys: what the syncer's transactions do, and what operators ask for.
@Suite(.timeLimit(.minutes(2))) struct ParkingStoreTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)
  private let anna = ParkingActor(name: "anna", reason: "the brand is there now")

  private func with(
    handler: CountingHandler = CountingHandler(), _ body: (PostgresSink, ParkingStore, Pool) async throws -> Void
  ) async throws {
    try await withTestDatabase { database in
      let pool = Pool(configuration: database, maxConnections: 4, logger: testLogger("pool"))
      let sink = PostgresSink(handlers: [handler], pool: pool, logger: testLogger("sink"))
      try await sink.prepare(OffsetScope(clusterID: "c", group: "g"))
      do {
        try await body(sink, ParkingStore(pool: pool), pool)
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }

  private func record(_ offset: Int64, _ key: String, name: String = "a", partition: TopicPartition? = nil) -> ConsumerRecord {
    let partition = partition ?? p0
    return ConsumerRecord(
      topic: partition.topic, partition: partition.partition, offset: offset, timestamp: 1_700_000_000_000 + offset,
      timestampType: .logAppendTime, key: Array(key.utf8), value: Records.envelope(Int(offset), name: name),
      headers: [Header(name: "trace\u{0}", value: [0, 255]), Header(name: "none", value: nil), Header(name: "none", value: [])])
  }

  private func failed(_ record: ConsumerRecord, retryAfter: Duration? = nil) -> BatchParking.Failed {
    BatchParking.Failed(
      record: record, key: record.key ?? [], errorClass: .permanent,
      verdict: FailureVerdict(.permanent, "refused\u{0}", errorName: "PostgresError.23514", handler: "counting"), retryAfter: retryAfter)
  }

  /// Applies records 0..<n of keys, in one batch; `fail` are those that failed.
  private func apply(
    _ sink: PostgresSink, _ records: [ConsumerRecord], failed: [BatchParking.Failed] = [], expected: Int64?, suspects: [Int]? = nil
  ) async throws -> ParkingOutcome {
    let last = max(records.map(\.offset).max() ?? -1, failed.map(\.record.offset).max() ?? -1)
    let batch = SinkBatch(
      records: records.map(ChangeRecord.init(parsing:)), advances: [.init(partition: p0, expected: expected, next: last + 1)])
    return try await sink.apply(batch, parking: BatchParking(failed: failed, suspects: suspects ?? Array(records.indices)))
  }

  private func applied(_ pool: Pool) async throws -> [Int64] {
    try await pool.query("SELECT \"offset\" FROM counted ORDER BY ctid").map { try $0[0, as: Int64.self] }
  }

  @Test func aKeyIsParkedWithItsRecordAndThoseBehindItAreNotApplied() async throws {
    try await with { sink, store, pool in
      // 1 has failed; 2 is of the same key and behind it, 0 before it; 3 is of another.
      let outcome = try await apply(
        sink, [record(0, "a"), record(2, "a"), record(3, "b")], failed: [failed(record(1, "a", name: "forbidden"))], expected: nil)
      #expect(outcome.behind == [1])
      #expect(outcome.keysParked == 1)
      #expect(outcome.records == 2)
      #expect(outcome.parkedHashes == [p0: [KeyHash.of(Array("a".utf8))]])
      #expect(try await applied(pool) == [0, 3])
      #expect(try await sink.parkedHashes(of: [p0]) == [p0: [KeyHash.of(Array("a".utf8))]])

      let next = try await apply(sink, [record(4, "a"), record(5, "b")], expected: 4)
      #expect(next.behind == [0])
      #expect(next.freeHashes == [p0: [KeyHash.of(Array("b".utf8))]])
      #expect(try await applied(pool) == [0, 3, 5])

      let key = try #require(try await store.keys().first)
      #expect(key.partition == p0)
      #expect(key.key == Array("a".utf8))
      #expect((key.records, key.failedOffset, key.attempts) == (3, 1, 0))
      #expect((key.errorClass, key.errorName, key.handler) == (.permanent, "PostgresError.23514", "counting"))
      #expect(key.sentence == "refused")
      #expect(key.state == .parked)
      #expect(key.nextAttempt == nil)
      let records = try await store.records(of: key.id)
      #expect(records.map(\.record) == [record(1, "a", name: "forbidden"), record(2, "a"), record(4, "a")])
      #expect(records.map(\.kind) == [.failed, .behind, .behind])
      let totals = try await store.totals()
      #expect((totals.keys, totals.records) == (1, 3))
      #expect(totals.bytes == key.bytes && totals.bytes > 3 * 300)
    }
  }

  /// Nobody has counted the table yet, as while many keys are parked within a minute.
  @Test func aBatchReadsItsOwnKeysHoweverManyAreParked() async throws {
    try await with { _, _, pool in
      try await pool.execute(
        """
        INSERT INTO sluice_parked_keys (cluster_id, consumer_group, topic, partition, key, key_hash, state, error_class, error_name, sentence,
          first_offset, failed_offset, records, bytes)
        SELECT 'c', 'g', 't', 0, int8send(i), i, 'parked', 'permanent', 'e', 's', i, i, 0, 0 FROM generate_series(1, 3000) AS i
        """)
      let queues = ParkedQueueStore(scope: OffsetScope(clusterID: "c", group: "g"))
      let records = (0..<20).map { ChangeRecord(parsing: record($0 + 10, "k\($0)")) }
      try await pool.transaction { transaction in
        let parking = BatchParking(failed: [failed(record(1, "k0"))], suspects: Array(0..<20))
        let outcome = try await queues.settle(parking, records, transaction)
        #expect(outcome.behind == [0])
        let read = try await transaction.query(
          "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'sluice_parked_keys'")
        #expect(try read.single()[0, as: Int64.self] < 100)
      }
    }
  }

  @Test func aTransactionThatFailsParksNobody() async throws {
    try await with(handler: CountingHandler { _, _ in throw RecordFailure(index: 0, reason: "no") }) { sink, store, _ in
      let failure = await #expect(throws: SinkFailure.self) {
        try await apply(sink, [record(2, "a"), record(3, "b")], failed: [failed(record(1, "a"))], expected: nil)
      }
      // The second of the batch: the first was put behind its key and not given to the handler.
      #expect(failure?.index == 1)
      let (keys, offsets) = (try await store.keys(), try await sink.storedOffsets(for: [p0]))
      #expect(keys.isEmpty)
      #expect(offsets.isEmpty)
    }
  }

  @Test func aQueueIsAppliedInOrderAndThenTheKeyIsFree() async throws {
    try await with { sink, store, pool in
      _ = try await apply(sink, [record(2, "a"), record(3, "a")], failed: [failed(record(1, "a"))], expected: nil)
      let id = try #require(try await store.keys().first?.id)
      #expect(try await sink.dueKeys(in: [p0], limit: 10).isEmpty)
      #expect(try await sink.applyQueue(of: id, limit: 10) == .nothingToDo)

      try await store.requestRetry(of: id, by: anna)
      let due = try await sink.dueKeys(in: [p0], limit: 10)
      #expect(due.map(\.id) == [id])
      let elsewhere = try await sink.dueKeys(in: [TopicPartition(topic: "t", partition: 1)], limit: 10)
      #expect(elsewhere.isEmpty)
      #expect(try await sink.applyQueue(of: id, limit: 2) == .applied(2))
      // What arrives in between goes behind.
      _ = try await apply(sink, [record(4, "a")], expected: 4)
      #expect(try await sink.applyQueue(of: id, limit: 10) == .released(2))
      #expect(try await applied(pool) == [1, 2, 3, 4])
      #expect(try await store.key(id) == nil)
      #expect(try await apply(sink, [record(5, "a")], expected: 5).behind.isEmpty)
      #expect(try await applied(pool) == [1, 2, 3, 4, 5])

      let audit = try await store.audit()
      #expect(audit.map(\.action) == [.resolved, .retry])
      #expect(audit.map(\.offsets) == [1...4, 1...3])
      #expect(audit.map(\.records) == [4, 3])
      #expect(audit.last?.actor == anna)
    }
  }

  @Test func whatFailsAgainStaysAndIsTriedWhenItIsDue() async throws {
    try await with { sink, store, pool in
      _ = try await apply(sink, [record(2, "a")], failed: [failed(record(1, "a", name: "forbidden"))], expected: nil)
      let id = try #require(try await store.keys().first?.id)
      try await store.requestRetry(of: id, by: anna)
      let failure = await #expect(throws: QueueAttemptFailure.self) { try await sink.applyQueue(of: id, limit: 10) }
      #expect(failure?.count == 2)
      #expect(failure?.first.record.offset == 1)
      let again = QueueFailure(
        errorClass: .transient, verdict: FailureVerdict(.transient, "busy", errorName: "Busy"), attempts: 1, retryAfter: .zero)
      // Of another record than the first: somebody else was faster.
      try await sink.park(id, failedAt: 2, again)
      #expect(try await store.key(id)?.state == .retrying)
      try await sink.park(id, failedAt: 1, again)
      let key = try #require(try await store.key(id))
      #expect((key.state, key.attempts, key.errorName, key.errorClass) == (.parked, 1, "Busy", .transient))
      #expect(try await sink.dueKeys(in: [p0], limit: 10).map(\.id) == [id])

      try await store.edit(recordAt: 1, of: id, value: Records.envelope(1, name: "allowed"), by: anna)
      let records = try await store.records(of: id)
      #expect(records.map(\.isEdited) == [true, false])
      #expect(records.first?.record.value == Records.envelope(1, name: "forbidden"))
      #expect(try await sink.applyQueue(of: id, limit: 10) == .released(2))
      let names = try await pool.query("SELECT name FROM counted ORDER BY ctid").map { try $0[0, as: String.self] }
      #expect(names == ["allowed", "a"])
      #expect(try await store.audit().map(\.action) == [.resolved, .edit, .retry])
    }
  }

  @Test func aMalformedValueIsNamedAndCanBeMended() async throws {
    try await with { sink, store, pool in
      var bad = record(1, "a")
      bad.value = Array("{".utf8)
      _ = try await apply(sink, [record(2, "a")], failed: [failed(bad, retryAfter: .zero)], expected: nil)
      let id = try #require(try await store.keys().first?.id)
      let failure = await #expect(throws: QueueAttemptFailure.self) { try await sink.applyQueue(of: id, limit: 10) }
      #expect((failure?.cause as? SinkFailure)?.index == 0)
      #expect((failure?.cause as? SinkFailure)?.cause is MalformedValue)
      try await store.edit(recordAt: 1, of: id, value: nil, by: anna)
      #expect(try await sink.applyQueue(of: id, limit: 10) == .released(2))
      // A tombstone, which this handler does not take.
      #expect(try await applied(pool) == [2])
    }
  }

  @Test func whatIsDiscardedIsSkippedWithARecordOfWhoAndWhy() async throws {
    try await with { sink, store, pool in
      _ = try await apply(
        sink, [record(3, "a"), record(4, "b")], failed: [failed(record(1, "a")), failed(record(2, "b")), failed(record(5, "c"))],
        expected: nil)
      let ids = try await store.keys().map(\.id)
      try #require(ids.count == 3)
      await #expect(throws: ParkingError.self) { try await store.discard(recordAt: 3, of: ids[0], by: anna) }
      await #expect(throws: ParkingError.self) { try await store.discard(recordAt: 99, of: ids[0], by: anna) }
      try await store.discard(recordAt: 1, of: ids[0], by: anna)
      #expect(try await store.key(ids[0])?.state == .retrying)
      #expect(try await sink.applyQueue(of: ids[0], limit: 10) == .released(1))
      #expect(try await store.discard(keyOf: ids[1], by: anna) == 2)
      // Nothing is behind it: the key is free at once.
      try await store.discard(recordAt: 5, of: ids[2], by: anna)
      #expect(try await store.keys().isEmpty)
      #expect(try await store.totals() == ParkingTotals())
      #expect(try await applied(pool) == [3])
      let second = ids[1]
      await #expect(throws: ParkingError.unknownKey(second)) { try await store.discard(keyOf: second, by: anna) }
      await #expect(throws: ParkingError.unknownKey(-1)) { try await store.requestRetry(of: -1, by: anna) }
      let audit = try await store.audit()
      #expect(audit.map(\.action) == [.discardRecord, .discardKey, .resolved, .discardRecord])
      #expect(audit[1].offsets == 2...4 && audit[1].records == 2 && audit[1].key == Array("b".utf8))
      #expect(audit[3].offsets == 1...1 && audit[3].records == 1 && audit[3].actor == anna)
    }
  }

  @Test func keysAreFoundByEachOfTheirProperties() async throws {
    try await with { sink, store, _ in
      _ = try await apply(sink, [], failed: (0..<5).map { failed(record($0, "k\($0)")) }, expected: nil)
      func found(_ change: (inout ParkedKeyFilter) -> Void) async throws -> [Int64] {
        var filter = ParkedKeyFilter()
        change(&filter)
        return try await store.keys(filter).map(\.failedOffset)
      }
      #expect(try await found { $0.key = Array("k3".utf8) } == [3])
      #expect(try await found { $0.offsets = 1...2 } == [1, 2])
      #expect(try await found { $0.topic = "t" } == [0, 1, 2, 3, 4])
      #expect(try await found { $0.topic = "u" }.isEmpty)
      #expect(try await found { $0.partition = 1 }.isEmpty)
      #expect(try await found { $0.group = "other" }.isEmpty)
      #expect(try await found { $0.clusterID = "c" }.count == 5)
      #expect(try await found { $0.errorClass = .malformed }.isEmpty)
      #expect(try await found { $0.errorName = "PostgresError.23514" }.count == 5)
      #expect(try await found { $0.handler = "counting" }.count == 5)
      #expect(try await found { $0.state = .retrying }.isEmpty)
      #expect(try await found { $0.parkedFrom = 1_000 }.count == 5)
      #expect(try await found { $0.parkedBefore = 1_000 }.isEmpty)
      let first = try await store.keys(ParkedKeyFilter()).prefix(2).map(\.id)
      #expect(
        try await found {
          $0.after = first.last
          $0.limit = 2
        } == [2, 3])
      var pages = ParkedKeyFilter()
      pages.limit = 2
      var exported: [Int64] = []
      try await store.export(pages) { exported.append($1.record.offset) }
      #expect(exported == [0, 1, 2, 3, 4])
      let errors = try await store.errors()
      #expect(errors.map(\.keys) == [5])
    }
  }

  @Test func offsetsThatComeAgainAreNotQueuedTwice() async throws {
    try await with { sink, store, _ in
      _ = try await apply(sink, [record(2, "a")], failed: [failed(record(1, "a"))], expected: nil)
      try await sink.resetOffset(of: p0, expected: 3, to: 0)
      let outcome = try await apply(sink, [record(0, "a"), record(1, "a"), record(2, "a")], expected: 0)
      #expect(outcome.behind == [0, 1, 2])
      #expect(outcome.records == 1)
      let key = try #require(try await store.keys().first)
      #expect(key.records == 3)
      #expect(try await store.records(of: key.id).map(\.record.offset) == [0, 1, 2])
    }
  }

  @Test func aKeyLongerThanAnIndexEntryIsParked() async throws {
    try await with { sink, store, _ in
      let long = String(repeating: "k", count: 100_000)
      _ = try await apply(sink, [record(2, long), record(3, long + "x")], failed: [failed(record(1, long))], expected: nil)
      #expect(try await store.keys().map(\.records) == [2])
    }
  }

  @Test func aRecordThatComesWhileItsQueueIsAppliedIsAppliedBehindIt() async throws {
    let gate = Gate()
    let handler = CountingHandler { records, _ in if records.contains(where: { $0.offset == 1 }) { await gate.pass() } }
    try await with(handler: handler) { sink, store, pool in
      _ = try await apply(sink, [], failed: [failed(record(1, "a", name: "x"), retryAfter: .zero)], expected: nil)
      let id = try #require(try await store.keys().first?.id)
      async let queue = sink.applyQueue(of: id, limit: 10)
      try await eventually { gate.arrivals == 1 }
      async let batch = apply(sink, [record(2, "a"), record(3, "b")], expected: 2)
      // The batch stands at the key's row.
      try await eventually {
        try await pool.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").count == 1
      }
      gate.open()
      let (step, outcome) = try await (queue, batch)
      #expect(step == .released(1))
      #expect(outcome.behind.isEmpty)
      #expect(try await applied(pool) == [1, 2, 3])
    }
  }
}
