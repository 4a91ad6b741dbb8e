import Kafka
import Logging
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// Records on their way through retry topics, with Kafka's protocol and a real PostgreSQL.
@Suite(.timeLimit(.minutes(3))) struct RetryTopicsEngineTests {
  private func with(_ body: (Installation, Pool, LedgerEntries) async throws -> Void) async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await pool.withConnection { try await KeyLedgerHandler().prepare($0) }
      let result: Result<Void, any Error>
      do { result = .success(try await body(installation, pool, LedgerEntries(pool: pool))) } catch { result = .failure(error) }
      await pool.close()
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
      // Best effort: most of them there.
      _ = try? await admin.deleteTopics((1...3).map { RetryTopics.name(of: installation.topic, $0) })
      try result.get()
    }
  }

  private func configuration(_ installation: Installation, _ delays: RetryPolicy, count: Int = 2) -> SyncerConfiguration {
    var configuration = installation.configuration()
    configuration.failures = .retryTopics
    configuration.retryTopics = RetryTopics(count: count, delays: delays)
    return configuration
  }

  @Test func aRecordIsTriedAgainLaterAndOthersOvertakeItAndAtTheEndItIsDeadLettered() async throws {
    try await with { installation, pool, ledger in
      try await ledger.forbid("k1-0", "k2-0")
      for round in 0..<2 {
        try await installation.produce((0..<8).map { Records.envelope($0, name: "k\($0)-\(round)") }, keys: { "k\($0)" })
      }
      let delays = RetryPolicy(initialDelay: .milliseconds(1500), multiplier: 2, maxDelay: .seconds(3))
      let engine = try installation.engine([KeyLedgerHandler()], configuration(installation, delays), pool: pool)
      let start = ContinuousClock.now
      try await installation.run(engine) {
        try await eventually(within: .seconds(30), "the others") { try await ledger.count == 14 }
        try await eventually(within: .seconds(10), "retry records") { engine.status.counts.recordsRetried == 2 }
        try await pool.execute("DELETE FROM forbidden WHERE name = 'k1-0'")
        try await eventually(within: .seconds(20), "the second attempt") { try await ledger.count == 15 }
        #expect(ContinuousClock.now - start > .milliseconds(1500))
        try await eventually(within: .seconds(20), "the dead letter") { engine.status.counts.deadLetters == 1 }
        #expect(ContinuousClock.now - start > .milliseconds(4500))
      }
      #expect(engine.status.counts.recordsRetried == 3)
      // As the handler sees it, it is the record that was consumed first.
      let row = try await pool.query("SELECT partition, name FROM ledger ORDER BY number DESC LIMIT 1").single()
      let place: (Int64, String) = (try row["partition"], try row["name"])
      #expect(place == (1, "k1-0"))
      let letters = try await installation.consume(installation.topic + ".dlq", count: 1)
      let letter = try #require(letters.first)
      #expect(letter.key == Array("k2".utf8))
      #expect(letter.partition == 2)
      #expect(letter.timestamp == 1_700_000_000_002)
      func text(_ name: String) -> String? { letter.headers.first { $0.name == name }?.text }
      #expect(text("__connect.errors.topic") == installation.topic)
      #expect(text("__connect.errors.offset") == "0")
      let found = (try await ledger.doubles, try await ledger.count)
      #expect(found == (0, 15))
    }
  }

  @Test func whatWaitsInARetryTopicIsTriedAfterARestart() async throws {
    try await with { installation, pool, ledger in
      try await ledger.forbid("k1-0")
      try await installation.produce((0..<4).map { Records.envelope($0, name: "k\($0)-0") }, keys: { "k\($0)" })
      let delays = RetryPolicy(initialDelay: .seconds(4), multiplier: 1, maxDelay: .seconds(4))
      let first = try installation.engine([KeyLedgerHandler()], configuration(installation, delays), pool: pool)
      try await installation.run(first) {
        try await eventually(within: .seconds(30), "the others") {
          let count = try await ledger.count
          return count == 3 && first.status.counts.recordsRetried == 1
        }
      }
      try await ledger.allow()
      let second = try installation.engine([KeyLedgerHandler()], configuration(installation, delays), pool: pool)
      try await installation.run(second) {
        try await eventually(within: .seconds(30), "the one that waited") { try await ledger.count == 4 }
      }
      let doubles = try await ledger.doubles
      #expect(doubles == 0)
      #expect(second.status.counts.deadLetters == 0)
    }
  }
}
