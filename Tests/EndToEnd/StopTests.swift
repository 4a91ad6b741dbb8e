import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// SIGTERM: what is in flight is finished, and what was done is not done again.
  @Suite struct StopTests {
    @Test func underLoad() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        try await installation.connected(installation.write) { try await Ledger.create(on: $0) }
        let connector = try installation.connector(tables: Ledger.tables)
        let topics = Ledger.tables.map(installation.topic)
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: topics)
        try await syncer.http.ready()
        try await capture.http.ready()
        let load = LedgerLoad(installation, seed: 3)
        try await load.run {
          try await load.advance(by: 150)
          #expect(try await syncer.run.terminate(within: .seconds(20)) == .code(0))
          try await load.advance(by: 20)
          #expect(try await capture.run.terminate(within: .seconds(20)) == .code(0))
          try await load.advance(by: 20)
        }

        // Kafka knows what the read database knows.
        let stored = try await stored(installation)
        #expect(stored > 0)
        #expect(try await installation.broker.committed(topics, by: installation.group) == stored)

        // The capture goes on with what came after its end.
        let sent = try await installation.broker.count(of: topics)
        let captureAgain = try installation.capture(connector)
        let syncerAgain = try installation.syncer(connector, topics: topics)
        try await Ledger.expectMirrored(installation)
        try await captureAgain.http.ready()
        let all = try await installation.broker.count(of: topics)
        // One record per journal entry: sent once by one of the two runs.
        let journal = try await installation.broker.count(of: [installation.topic("journal")])
        let entries = try await rows(installation, "journal")
        #expect(journal == entries)
        #expect(all > sent)

        // Nothing that was applied is applied again.
        try await eventually(within: .seconds(20), "no lag") { await syncerAgain.http.metric("kafka_consumergroup_group_lag") == 0 }
        let applied = await syncerAgain.http.metric("sluice_syncer_records_applied_total") ?? 0
        let skipped = await syncerAgain.http.metric("sluice_syncer_records_skipped_total") ?? 0
        #expect(Int64(applied + skipped) == all - stored)
        #expect(try await syncerAgain.run.terminate() == .code(0))
        #expect(try await captureAgain.run.terminate() == .code(0))
      }
    }

    /// The sum of the next offsets that the read database holds.
    private func stored(_ installation: Installation) async throws -> Int64 {
      try await installation.connected(installation.read) {
        try await $0.query("SELECT coalesce(sum(next_offset), 0)::bigint FROM sluice_offsets").single()[0, as: Int64.self]
      }
    }

    private func rows(_ installation: Installation, _ table: String) async throws -> Int64 {
      try await installation.connected(installation.write) {
        try await $0.query("SELECT count(*) FROM \(identifier: table)").single()[0, as: Int64.self]
      }
    }
  }
}
