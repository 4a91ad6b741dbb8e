import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// Servers that go away in the middle and come back: it is said, it is waited for, and nothing is lost.
  @Suite struct OutageTests {
    @Test func theDatabases() async throws {
      async let starting = (RestartableServer.start(), RestartableServer.start())
      let (writeServer, readServer) = try await starting
      do {
        try await Installation.with(
          write: writeServer.database, read: readServer.database, tables: Ledger.tables, topics: ["outbox.event.order"]
        ) {
          try await theDatabases($0, writeServer, readServer)
        }
      } catch {
        await writeServer.remove()
        await readServer.remove()
        throw error
      }
      await writeServer.remove()
      await readServer.remove()
    }

    private func theDatabases(_ installation: Installation, _ write: RestartableServer, _ read: RestartableServer) async throws {
      try await installation.connected(installation.write) { connection in
        try await Ledger.create(on: connection)
        try await Ledger.addAccounts(1...20, on: connection)
      }
      let connector = try installation.connector(tables: Ledger.tables)
      let capture = try installation.capture(connector)
      let syncer = try installation.syncer(
        connector, topics: Ledger.tables.map(installation.topic) + ["outbox.event.order"], ["--set", "syncer.retry.max_attempts=2"])
      let command = try installation.server("command")
      let query = try installation.server("query")
      let daemons = [capture, syncer, command, query]
      for daemon in daemons { try await daemon.http.ready() }
      try await Ledger.expectMirrored(installation)
      #expect(try await query.http.get("/v1/orders").status == 200)

      try await read.goAway()
      try await installation.connected(installation.write) { try await Ledger.addAccounts(21...40, on: $0) }
      let refused = try await query.http.get("/v1/orders")
      #expect(refused.status == 503 && refused.contentType == "application/problem+json", "\(refused.body)")
      try await query.http.ready(503)
      let paused = try await syncer.http.ready(503)
      #expect(paused.body.contains("database"), "\(paused.body)")
      try await eventually(within: .seconds(20), "the metric of the pause") { await syncer.http.metric("sluice_syncer_paused") == 1 }
      // Waiting is not a reason to be killed.
      #expect(try await syncer.http.get("/health/live").status == 200)
      #expect(try await command.http.get("/health/ready").status == 200)
      try await read.comeBack()
      for daemon in daemons { try await daemon.http.ready() }
      try await Ledger.expectMirrored(installation)
      #expect(try await query.http.get("/v1/orders").status == 200)

      try await write.goAway()
      let unavailable = try await command.http.post("/v1/commands/register-brand", #"{"name": "Acme"}"#)
      #expect(unavailable.status == 503 && unavailable.contentType == "application/problem+json", "\(unavailable.body)")
      try await command.http.ready(503)
      let reconnecting = try await capture.http.ready(503)
      #expect(reconnecting.body.contains("reconnecting"), "\(reconnecting.body)")
      #expect(try await capture.http.get("/health/live").status == 200)
      try await write.comeBack()
      for daemon in daemons { try await daemon.http.ready() }
      let accepted = try await command.http.post("/v1/commands/register-brand", #"{"name": "Acme"}"#)
      #expect(accepted.status == 202, "\(accepted.body)")
      try await installation.connected(installation.write) { try await Ledger.addAccounts(41...60, on: $0) }
      try await Ledger.expectMirrored(installation)

      #expect(await syncer.http.metric("sluice_syncer_dead_letters_total") ?? 0 == 0)
      #expect(await capture.http.metric("sluice_capture_reconnects_total") ?? 0 >= 1)
      for daemon in daemons.reversed() { #expect(try await daemon.run.terminate() == .code(0), "\(daemon.run.tail)") }
    }

    @Test(.disabled(if: Broker.isForeign, "the broker is somebody else's")) func theBroker() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        guard let broker = installation.broker.process else { return }
        try await installation.connected(installation.write) { try await Ledger.create(on: $0) }
        let connector = try installation.connector(tables: Ledger.tables)
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: Ledger.tables.map(installation.topic))
        try await capture.http.ready()
        try await syncer.http.ready()
        let load = LedgerLoad(installation, seed: 5)
        try await load.run {
          try await load.advance(by: 50)
          // It answers nobody, for longer than the group waits for its members: at 100 transactions a second.
          broker.send(SIGSTOP)
          try await load.advance(by: 800)
          broker.send(SIGCONT)
          try await load.advance(by: 50)
        }
        try await Ledger.expectMirrored(installation)
        try await capture.http.ready()
        try await syncer.http.ready()
        #expect(await syncer.http.metric("sluice_syncer_dead_letters_total") ?? 0 == 0)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }
  }
}
