import Kafka
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Syncer

/// New versions beside a live syncer whose lanes are ahead of its offsets nearly all of the time.
@Suite(.timeLimit(.minutes(3))) struct RebuildLanesTests {
  private func rebuild(_ installation: Installation, _ pool: Pool) -> Rebuild {
    var consumer = ConsumerConfiguration(bootstrapServers: installation.kafka, groupID: nil)
    consumer.fetchMaximumWait = .milliseconds(20)
    var configuration = RebuildConfiguration(consumer: consumer, group: installation.group)
    configuration.quietAfter = .milliseconds(300)
    configuration.switchDistance = 100_000
    configuration.switchAttempts = 3
    return Rebuild(LedgerHandler.projection(), configuration: configuration, pool: pool, logger: testLogger("rebuild"))
  }

  private func expectOnce(_ count: Int, _ pool: Pool) async throws {
    func found(_ what: String) async throws -> Int64 {
      try await pool.query("SELECT count(\(unescaped: what)) FROM ledger").single()[0, as: Int64.self]
    }
    try await eventually(within: .seconds(90), "\(count) entries") { try await found(#"DISTINCT (topic, partition, "offset")"#) >= count }
    #expect(try await found(#"DISTINCT (topic, partition, "offset")"#) == count)
    #expect(try await found("*") == count)
  }

  private func configuration(_ installation: Installation) -> SyncerConfiguration {
    var configuration = installation.configuration()
    configuration.lanes = 4
    return configuration
  }

  /// Some lanes take longer than others, so that there is no moment in which all of a partition's are where its offset is.
  private var slow: LedgerHandler {
    LedgerHandler { records, transaction in
      try await transaction.execute("SELECT pg_sleep(\(0.02 + Double(records.count % 5) * 0.008)::float8)")
    }
  }

  @Test func theSwitchTakesWhatLanesHaveAppliedBeyondTheOffsets() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 20, logger: testLogger("pool"))
      let count = 18_000
      try await installation.produce((0..<count).map { Records.envelope($0) })
      let engine = try installation.engine([slow], configuration(installation), pool: pool)
      try await installation.run(engine) {
        try await eventually(within: .seconds(30), "the lanes work") { engine.status.counts.recordsApplied > 1000 }
        for number in 2...3 {
          #expect(try await rebuild(installation, pool).run(actor: "ann") { _ in }.version.number == number)
        }
        #expect(try await rebuild(installation, pool).rollBack(actor: "ann") { _ in }.version.number == 2)
        #expect(engine.status.counts.recordsApplied < UInt64(count), "there is no backlog any more: nothing was proven")
        try await expectOnce(count, pool)
      }
      await pool.close()
    }
  }

  @Test func oneKeyKeepsWhatItsLaneHasAppliedBeyondTheOffsets() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 20, logger: testLogger("pool"))
      let count = 12_000
      try await installation.produce((0..<count).map { Records.envelope($0, name: "k\($0 % 60)") }, keys: { "k\($0 % 60)" })
      let engine = try installation.engine([slow], configuration(installation), pool: pool)
      try await installation.run(engine) {
        try await eventually(within: .seconds(30), "the lanes work") { engine.status.counts.recordsApplied > 1000 }
        for number in 0..<8 {
          let name = "k\(number)"
          let key = VersionedKey(
            isAbout: { $0.record.key == Array(name.utf8) },
            forget: { try await $0.execute("DELETE FROM ledger WHERE name = \(name)") }, handlers: [LedgerHandler()])
          #expect(try await rebuild(installation, pool).rebuild(key) { _ in } > 0)
        }
        #expect(engine.status.counts.recordsApplied < UInt64(count), "there is no backlog any more: nothing was proven")
        try await expectOnce(count, pool)
      }
      await pool.close()
    }
  }
}
