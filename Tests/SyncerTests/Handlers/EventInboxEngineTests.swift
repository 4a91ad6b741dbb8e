import Kafka
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// The inbox of handlers that nobody but the engine takes care of.
@Suite(.timeLimit(.minutes(1))) struct EventInboxEngineTests {
  @Test func anEngineWithHandlersForgetsWhatTheInboxHasKeptLongEnough() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      var handlers = EventHandlers(name: "mails", inbox: EventInbox(retention: .seconds(3600), stepSize: 2))
      handlers.on("Placed", topic: installation.topic) { _, _ in }
      var configuration = installation.configuration()
      configuration.maintenanceInterval = .milliseconds(50)
      let engine = try installation.engine([handlers], configuration, pool: pool)
      try await installation.run(engine) {
        for id in 0..<6 {
          try await installation.produce(
            [Array("{}".utf8)], headers: [Header(name: "id", text: "e\(id)"), Header(name: "eventType", text: "Placed")])
        }
        func ids() async throws -> Int { try await pool.query("SELECT FROM processed_events").count }
        try await eventually(within: .seconds(20), "all are handled") { engine.status.counts.recordsApplied == 6 }
        #expect(try await ids() == 6, "they are kept for an hour")
        try await pool.execute("UPDATE processed_events SET processed_at = now() - interval '2 hours' WHERE event_id <> 'e3'")
        try await eventually("the old ones are forgotten") { try await ids() == 1 }
      }
      await pool.close()
    }
  }
}
