import Foundation
import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

extension EndToEndTests {
  /// A row that is larger than what Kafka takes: the capture stops there and says so, since going on would lose it.
  @Suite struct LargeRecordTests {
    @Test func stopsTheCaptureUntilItMayPass() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        try await installation.connected(installation.write) { try await Ledger.create(on: $0) }
        let connector = try installation.connector(tables: Ledger.tables)
        let topics = Ledger.tables.map(installation.topic)
        let syncer = try installation.syncer(connector, topics: topics)
        let capture = try installation.capture(connector)
        try await capture.http.ready()
        try await installation.connected(installation.write) { connection in
          try await connection.execute("INSERT INTO accounts VALUES (1, 'before', 1, 'small')")
          try await connection.execute("INSERT INTO accounts VALUES (2, 'large', 2, repeat('x', 3000000))")
          try await connection.execute("INSERT INTO accounts VALUES (3, 'after', 3, 'small')")
        }
        let line = try await expectOneLine(
          capture.run, code: .failed, naming: [installation.topic("accounts"), "too large", "producer.override"])
        #expect(!line.contains("xxx"))

        let allowed = ["--set", "producer.override.message.max.bytes=8000000"]
        // The producer may now; the topic may not.
        let refused = try installation.capture(connector, allowed)
        #expect(try await refused.run.exit() == .code(1))
        #expect(refused.run.errorLines.last { $0.contains("stopped by a failure") }?.contains("max.message.bytes") == true)

        let kafka = AdminConfiguration(bootstrapServers: installation.broker.bootstrapServers)
        let admin = try Admin(configuration: kafka, logger: testLogger("admin"))
        try await admin.alterConfiguration(of: .topic(installation.topic("accounts")), ["max.message.bytes": "8000000"])
        let again = try installation.capture(connector, allowed)
        try await Ledger.expectMirrored(installation)
        // What was under way at the stop may be there twice: the same change.
        let records = try await installation.broker.records(of: installation.topic("accounts"), atLeast: 3)
        let changes = Set(records.map { ChangeRecord(parsing: $0).envelope?.source.lsn })
        #expect(changes.count == 3 && !changes.contains(nil))
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await again.run.terminate() == .code(0))
      }
    }
  }
}
