import Kafka
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Syncer

/// Lanes with Kafka's protocol and a real PostgreSQL: the counting handler would show what is applied twice.
@Suite(.timeLimit(.minutes(3))) struct LaneEngineTests {
  private func configuration(_ installation: Installation, lanes: Int) -> SyncerConfiguration {
    var configuration = installation.configuration()
    configuration.lanes = lanes
    return configuration
  }

  private func pool(_ installation: Installation) -> Pool {
    Pool(configuration: installation.database, maxConnections: 20, logger: testLogger("pool"))
  }

  private func isNamed(_ name: String, _ records: [ChangeRecord]) -> Bool {
    records.contains { record in
      if case .string(name)? = record.envelope?.after?["name"] { true } else { false }
    }
  }

  /// The first lanes commit, one stands still and is rolled back, the next process has another number of lanes.
  @Test(arguments: [(4, 4), (4, 3), (4, 1), (2, 6)])
  func whatALaneHasAppliedIsNotAppliedAgain(lanes: (before: Int, after: Int)) async throws {
    try await Installation.with { installation in
      let pool = pool(installation)
      // The partitions' first offsets: lanes begin once there is one.
      try await installation.produce((0..<40).map { Records.envelope($0) })
      let gate = Gate()
      let slow = CountingHandler { records, _ in
        if isNamed("slow", records) {
          await gate.pass()
          try Task.checkCancellation()
        }
      }
      let first = try installation.engine([slow], configuration(installation, lanes: lanes.before), pool: pool)
      let task = Task { try await first.run() }
      try await installation.expectCounted(40)
      try await installation.produce((0..<400).map { Records.envelope($0, name: $0 < 4 ? "slow" : "a") }, keys: { "key-\($0)" })
      try await eventually(within: .seconds(20), "all partitions have a lane that stands still") { gate.arrivals >= 2 }
      try await eventually(within: .seconds(20), "lanes that are ahead of their partitions") {
        try await pool.query(
          """
          SELECT count(DISTINCT o.partition) FROM sluice_lanes AS l JOIN sluice_offsets AS o USING (cluster_id, consumer_group, topic, partition)
          WHERE l.next_offset > o.next_offset AND o.lanes_offset = o.next_offset
          """
        ).single()[0, as: Int64.self] >= 2
      }
      let before = try await installation.counted()
      #expect(before.all > 40 && before.all < 440)
      task.cancel()
      _ = try? await task.value

      let second = try installation.engine([CountingHandler()], configuration(installation, lanes: lanes.after), pool: pool)
      try await installation.run(second) { try await installation.expectCounted(440) }
      #expect(second.status.counts.recordsApplied < 440 - 40)
      #expect(second.status.counts.deadLetters == 0)
      await pool.close()
    }
  }

  @Test func otherKeysGoOnWhileOneIsHeld() async throws {
    try await Installation.with { installation in
      let pool = pool(installation)
      try await installation.produce((0..<4).map { Records.envelope($0) })
      let running = Mutex(0)
      let most = Mutex(0)
      let handler = CountingHandler { _, transaction in
        let now = running.withLock { running in
          running += 1
          return running
        }
        most.withLock { $0 = max($0, now) }
        try await transaction.execute("SELECT pg_sleep(0.02)")
        running.withLock { $0 -= 1 }
      }
      var configuration = configuration(installation, lanes: 4)
      configuration.parallelism = 1
      let engine = try installation.engine([handler], configuration, pool: pool)
      try await installation.run(engine) {
        try await installation.expectCounted(4)
        try await installation.produce((0..<400).map { Records.envelope($0) }, keys: { "key-\($0)" })
        try await installation.expectCounted(404)
        try await eventually(within: .seconds(10), "no lag") { engine.status.lag.count == 4 && engine.status.lagRecords == 0 }
      }
      #expect(most.withLock { $0 } > 1, "one applier with lanes has several transactions at once")
      await pool.close()
    }
  }

  @Test func aRecordWithoutAKeyWaitsForAllBeforeItAndAllBehindItWaitForIt() async throws {
    try await Installation.with { installation in
      let pool = pool(installation)
      try await installation.produce((0..<4).map { Records.envelope($0) })
      let wrong = Mutex<[String]>([])
      let seen = Mutex(0)
      let handler = CountingHandler { records, transaction in
        for record in records where record.key == nil {
          seen.withLock { $0 += 1 }
          let row = try await transaction.query(
            """
            SELECT count(*) FILTER (WHERE "offset" < \(record.offset)), count(*) FILTER (WHERE "offset" > \(record.offset)) FROM counted
            WHERE partition = \(Int64(record.partition)) AND "offset" NOT IN (
              SELECT o FROM unnest(\(records.filter { $0.partition == record.partition }.map(\.offset))::bigint[]) AS o
              WHERE o > \(record.offset))
            """
          ).single()
          let (before, after) = (try row[0, as: Int64.self], try row[1, as: Int64.self])
          if before != record.offset || after != 0 { wrong.withLock { $0.append("\(record.offset): \(before) before, \(after) behind") } }
        }
        try await transaction.execute("SELECT pg_sleep(0.005)")
      }
      let engine = try installation.engine([handler], configuration(installation, lanes: 4), pool: pool)
      try await installation.run(engine) {
        try await installation.expectCounted(4)
        let producer = try Producer(
          configuration: ProducerConfiguration(bootstrapServers: installation.kafka), logger: testLogger("producer"))
        let records = (0..<200).map { index in
          ProducerRecord(
            topic: installation.topic, partition: Int32(index % 2), key: index % 20 < 2 ? nil : Array("key-\(index)".utf8),
            value: Records.envelope(index), headers: [], timestamp: 1_700_000_000_000)
        }
        try await producer.send(contentsOf: records).throwIfFailed()
        await producer.close(deadline: .seconds(10))
        try await installation.expectCounted(204)
      }
      #expect(wrong.withLock { $0 } == [])
      #expect(seen.withLock { $0 } == 20)
      await pool.close()
    }
  }

  @Test func aRecordAtFaultIsDeadLetteredByItsLaneAlone() async throws {
    try await Installation.with { installation in
      let pool = pool(installation)
      try await installation.produce((0..<4).map { Records.envelope($0) })
      let engine = try installation.engine([CountingHandler()], configuration(installation, lanes: 4), pool: pool)
      try await installation.run(engine) {
        try await installation.expectCounted(4)
        var values: [[UInt8]?] = (0..<200).map { Records.envelope($0, name: $0 % 50 == 7 ? "forbidden" : "a") }
        values[99] = Array("{ this is no JSON".utf8)
        try await installation.produce(values, keys: { "key-\($0)" })
        try await installation.expectCounted(4 + 195)
        try await eventually(within: .seconds(20), "offsets behind the dead letters") {
          engine.status.lag.count == 4 && engine.status.lagRecords == 0
        }
      }
      #expect(engine.status.counts.deadLetters == 5)
      #expect(try await installation.consume(installation.topic + ".dlq", count: 5).count == 5)
      await pool.close()
    }
  }

  /// Members with different numbers of lanes, which each believe to be the owner for a while.
  @Test func membersWithDifferentLanesThatComeAndGoApplyNothingTwice() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 40, logger: testLogger("pool"))
      let producing = Task {
        for batch in 0..<20 {
          try await installation.produce(
            (batch * 250..<batch * 250 + 250).map { Records.envelope($0) }, keys: { "key-\(batch * 250 + $0)" })
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (member, lanes) in [1, 4, 3, 4, 2, 1].enumerated() {
          group.addTask {
            let slow = CountingHandler { _, transaction in try await transaction.execute("SELECT pg_sleep(0.01)") }
            let engine = try installation.engine([slow], configuration(installation, lanes: lanes), pool: pool)
            let task = Task { try await engine.run() }
            try await eventually(within: .seconds(60), "the member's share") {
              engine.status.counts.batchesApplied >= UInt64(5 * (member + 1)) || engine.status.phase == .stopped
            }
            if member.isMultiple(of: 2) { engine.stop() } else { task.cancel() }
            _ = try? await task.value
          }
        }
        try await group.waitForAll()
      }
      try await producing.value
      let last = try installation.engine([CountingHandler()], configuration(installation, lanes: 3), pool: pool)
      try await installation.run(last) { try await installation.expectCounted(5000) }
      #expect(last.status.counts.deadLetters == 0)
      await pool.close()
    }
  }
}
