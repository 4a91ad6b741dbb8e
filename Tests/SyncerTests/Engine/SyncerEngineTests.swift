import Kafka
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Syncer

/// The engine with Kafka's protocol and a real PostgreSQL.
@Suite(.timeLimit(.minutes(3))) struct SyncerEngineTests {
  private struct Odd: Error {}

  private func envelopes(_ range: Range<Int>) -> [[UInt8]?] { range.map { Records.envelope($0) } }

  @Test func eachRecordIsAppliedOnceAlsoAcrossARestart() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce(envelopes(0..<200))
      let first = try installation.engine(pool: pool)
      try await installation.run(first) {
        try await installation.expectCounted(200)
        try await eventually(within: .seconds(10), "no lag") {
          first.status.isReady && first.status.lag.count == 4 && first.status.lagRecords == 0
        }
      }
      try await installation.produce(envelopes(200..<300))
      let second = try installation.engine(pool: pool)
      try await installation.run(second) {
        try await installation.expectCounted(300)
      }
      #expect(second.status.counts.recordsApplied == 100)
      #expect(second.status.counts.deadLetters == 0)
      await pool.close()
    }
  }

  @Test func recordsAtFaultAreDeadLetteredAndTheRestIsApplied() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      var values = envelopes(0..<40)
      // Refused by the database without saying which; named by the handler; no JSON; of a table nobody knows; a tombstone.
      values[5] = Records.envelope(5, name: "forbidden")
      values[17] = Records.envelope(17, name: "named")
      values[20] = Array("{ this is no JSON".utf8)
      values[31] = Array(
        String(decoding: Records.envelope(31), as: UTF8.self).replacing(#""table":"items""#, with: #""table":"others""#).utf8)
      values[33] = nil
      try await installation.produce(values, headers: [Header(name: "trace", text: "t1")])
      let handler = CountingHandler { records, _ in
        for (index, record) in records.enumerated() {
          if case .string("named")? = record.envelope?.after?["name"] {
            throw RecordFailure(index: index, reason: "the name is not allowed")
          }
        }
      }
      let engine = try installation.engine([handler], pool: pool)
      try await installation.run(engine) {
        try await installation.expectCounted(35)
        try await eventually(within: .seconds(20), "offsets behind the dead letters") {
          engine.status.lag.count == 4 && engine.status.lagRecords == 0
        }
      }
      #expect(engine.status.counts.deadLetters == 4)

      let letters = try await installation.consume(installation.topic + ".dlq", count: 4)
      try #require(letters.count == 4)
      #expect(letters.map(\.timestamp) == [5, 17, 20, 31].map { 1_700_000_000_000 + $0 })
      #expect(letters.map(\.key) == [5, 17, 20, 31].map { Array("k\($0)".utf8) })
      #expect(letters.map(\.value) == [5, 17, 20, 31].map { values[$0] })
      #expect(letters.map(\.partition) == [5, 17, 20, 31].map { Int32($0 % 4) })
      func texts(_ name: String) -> [String?] { letters.map { letter in letter.headers.first { $0.name == name }?.text } }
      #expect(texts("trace") == ["t1", "t1", "t1", "t1"])
      #expect(texts("__connect.errors.topic") == Array(repeating: installation.topic, count: 4))
      #expect(texts("__connect.errors.partition") == ["1", "1", "0", "3"])
      #expect(texts("__connect.errors.stage") == ["TASK_PUT", "TASK_PUT", "VALUE_CONVERTER", "TRANSFORMATION"])
      #expect(
        texts("__connect.errors.exception.class.name") == ["PostgresError.23514", "RecordFailure", "MalformedValue", "UnknownRecord"])
      #expect(texts("kafka_dlt-original-topic") == Array(repeating: installation.topic, count: 4))
      #expect(texts("kafka_dlt-original-consumer-group") == Array(repeating: installation.group, count: 4))
      #expect(texts("kafka_dlt-exception-message")[1] == "the name is not allowed")
      for letter in letters {
        #expect(letter.headers.first { $0.name == "kafka_dlt-original-offset" }?.value?.count == 8)
        for header in letter.headers { #expect(header.text?.contains("forbidden") != true) }
      }
      await pool.close()
    }
  }

  @Test func whatFailsForAWhileIsTriedAgain() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let failures = Mutex(2)
      let handler = CountingHandler { _, transaction in
        let isFailing = failures.withLock { left in
          left -= 1
          return left >= 0
        }
        if isFailing { try await transaction.executeScript("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$") }
      }
      try await installation.produce(envelopes(0..<10))
      let engine = try installation.engine([handler], pool: pool)
      try await installation.run(engine) { try await installation.expectCounted(10) }
      #expect(engine.status.counts.retries == 2)
      #expect(engine.status.counts.deadLetters == 0)
      await pool.close()
    }
  }

  @Test func aDatabaseThatIsAwayIsWaitedFor() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce(envelopes(0..<20))
      let engine = try installation.engine(pool: pool)
      var administration = installation.database
      administration.database = "postgres"
      let administrator = try await Connection.connect(administration, logger: testLogger("administrator"))
      let name = installation.database.database
      try await installation.run(engine) {
        try await installation.expectCounted(20)
        let polls = engine.status.assigned
        try await administrator.execute("ALTER DATABASE \(identifier: name) ALLOW_CONNECTIONS false")
        try await administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(name)")
        try await installation.produce(envelopes(20..<200))
        try await eventually(within: .seconds(20), "a pause") { engine.status.phase == .paused && !engine.status.isSinkUp }
        // Long enough for several attempts; the partitions stay where they are.
        let retries = engine.status.counts.retries
        try await eventually(within: .seconds(20), "more attempts") { engine.status.counts.retries > retries + 2 }
        #expect(engine.status.assigned == polls)
        #expect(engine.status.counts.deadLetters == 0)
        try await administrator.execute("ALTER DATABASE \(identifier: name) ALLOW_CONNECTIONS true")
        try await installation.expectCounted(200)
        try await eventually("running again") { engine.status.phase == .running }
      }
      #expect(engine.status.counts.deadLetters == 0)
      await administrator.close()
      await pool.close()
    }
  }

  @Test func connectionsThatAreCutInTheMiddleCostNothing() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let cuts = Mutex(5)
      let handler = CountingHandler { _, transaction in
        let isCut = cuts.withLock { left in
          left -= 1
          return left >= 0
        }
        if isCut { try await transaction.execute("SELECT pg_terminate_backend(pg_backend_pid())") }
      }
      try await installation.produce(envelopes(0..<300))
      let engine = try installation.engine([handler], pool: pool)
      try await installation.run(engine) { try await installation.expectCounted(300) }
      #expect(engine.status.counts.deadLetters == 0)
      await pool.close()
    }
  }

  @Test func twoMembersShareThePartitionsAndApplyNothingTwice() async throws {
    try await Installation.with { installation in
      let pools = [installation.pool(), installation.pool()]
      try await installation.produce(envelopes(0..<500))
      let first = try installation.engine(pool: pools[0])
      let second = try installation.engine(pool: pools[1])
      try await installation.run(first) {
        try await eventually(within: .seconds(20), "the first member's partitions") { first.status.assigned.count == 4 }
        try await installation.run(second) {
          let producing = Task {
            for batch in 1..<20 { try await installation.produce(envelopes(batch * 500..<batch * 500 + 500)) }
          }
          try await eventually(within: .seconds(40), "both members' partitions") {
            first.status.assigned.count == 2 && second.status.assigned.count == 2
          }
          try await producing.value
          try await installation.produce(envelopes(0..<500))
          try await eventually(within: .seconds(20), "the second member's share") { second.status.counts.recordsApplied >= 250 }
        }
        // The second one has left: what it had goes back.
        try await eventually(within: .seconds(40), "the partitions' way back") { first.status.assigned.count == 4 }
        try await installation.produce(envelopes(0..<500))
        try await installation.expectCounted(11_000)
      }
      for pool in pools { await pool.close() }
    }
  }

  @Test func aStoredOffsetBeyondTheEndIsAnError() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce(envelopes(0..<8))
      let engine = try installation.engine(pool: pool)
      try await installation.run(engine) { try await installation.expectCounted(8) }
      try await pool.execute("UPDATE sluice_offsets SET next_offset = 1000 WHERE partition = 2")

      let error = await #expect(throws: SyncerError.self) { try await installation.engine(pool: pool).run() }
      #expect(error?.code == .storedOffsetBeyondEnd)
      #expect(error?.reason.contains("\(installation.topic)[2]") == true)

      var configuration = installation.configuration()
      configuration.outOfRange = .earliest
      let lenient = try installation.engine([CountingHandler()], configuration, pool: pool)
      try await installation.run(lenient) {
        try await eventually(within: .seconds(20), "the partition from its beginning") { try await installation.counted().all == 10 }
      }
      await pool.close()
    }
  }

  @Test func aDatabaseThatDoesNotAnswerAtTheStartIsAnErrorInOneLine() async throws {
    try await Installation.with { installation in
      var nowhere = installation.database
      nowhere.port = 1
      let pool = Pool(configuration: nowhere, maxConnections: 1, logger: testLogger("pool"))
      var configuration = installation.configuration()
      configuration.startDeadline = .seconds(3)
      let engine = try installation.engine([CountingHandler()], configuration, pool: pool)
      let error = await #expect(throws: SyncerError.self) { try await engine.run() }
      #expect(error?.code == .sinkUnavailable)
      #expect(error.map { !"\($0)".contains("\n") } == true)
      await pool.close()
    }
  }

  @Test func aKafkaThatDoesNotAnswerAtTheStartIsAnErrorInOneLine() async throws {
    try await Installation.with { installation in
      let nowhere = Installation(kafka: "127.0.0.1:1", topic: "t", group: "g", database: installation.database)
      let pool = installation.pool()
      var configuration = nowhere.configuration()
      configuration.startDeadline = .milliseconds(500)
      let engine = try nowhere.engine([CountingHandler()], configuration, pool: pool)
      #expect(engine.status.problem == "waiting for Kafka and the sink to answer")
      let error = await #expect(throws: SyncerError.self) { try await engine.run() }
      #expect(error?.code == .kafkaUnavailable)
      #expect(error.map { !"\($0)".contains("\n") } == true)
      await pool.close()
    }
  }

  @Test func membersThatComeAndGoApplyNothingTwice() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 12, logger: testLogger("pool"))
      let producing = Task {
        for batch in 0..<40 { try await installation.produce(envelopes(batch * 250..<batch * 250 + 250)) }
      }
      // Each one leaves while others work; every second one as if it had been killed: rolled back in the middle of a transaction.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for member in 0..<6 {
          group.addTask {
            let slow = CountingHandler { _, transaction in try await transaction.execute("SELECT pg_sleep(0.01)") }
            let engine = try installation.engine([slow], pool: pool)
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
      let last = try installation.engine(pool: pool)
      try await installation.run(last) { try await installation.expectCounted(10_000) }
      #expect(last.status.counts.deadLetters == 0)
      await pool.close()
    }
  }
}
