import Foundation
import Postgres
import TestSupport
import Testing

extension EndToEndTests {
  /// From a row, and from a command, to where it is read.
  @Suite struct WholePathTests {
    @Test func rowsReachTheirMirrors() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        // There before the capture is: the snapshot's.
        try await installation.connected(installation.write) { connection in
          try await Ledger.create(on: connection)
          try await Ledger.addAccounts(1...300, on: connection)
        }
        let connector = try installation.connector(tables: Ledger.tables)
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: Ledger.tables.map(installation.topic))
        let load = LedgerLoad(installation, seed: 1)
        try await load.run { try await load.advance(by: 100) }
        try await Ledger.expectMirrored(installation)

        try await capture.http.ready()
        try await syncer.http.ready()
        try await eventually("no lag") { await syncer.http.metric("kafka_consumergroup_group_lag") == 0 }
        #expect(await syncer.http.metric("sluice_syncer_dead_letters_total") ?? 0 == 0)
        #expect(await capture.http.metric("debezium_metrics_connected") == 1)
        // A healthy run has nothing to complain about.
        for daemon in [capture, syncer] {
          let complaints = daemon.run.errorLines.filter { $0.contains(" WARNING ") || $0.contains(" ERROR ") }
          #expect(complaints == [])
        }
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func aCommandReachesItsQuery() async throws {
      try await Installation.with(topics: ["outbox.event.order"]) { installation in
        let command = try installation.server("command")
        try await command.http.ready()
        let connectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../connectors")
        let capture = try installation.capture(
          connectors.appendingPathComponent("outbox.json").standardizedFileURL,
          // Slots belong to the whole server, which other tests share.
          ["--set", "slot.name=s_\(installation.write.database)"])
        let syncer = try installation.syncerOfOrders()
        let query = try installation.server("query")
        try await capture.http.ready()
        try await syncer.http.ready()

        let lines = #"[{"productId": 7, "quantity": 2, "unitPrice": "9.50"}]"#
        let order = #"{"orderId": "o-1", "customerId": "c-1", "currency": "EUR", "total": "19.00", "lines": \#(lines)}"#
        let placed = try await command.http.post("/v1/commands/place-order", order)
        #expect(placed.status == 202, "\(placed.body)")
        try await eventually(within: .seconds(30), "the order") { try await query.http.get("/v1/orders/o-1").status == 200 }
        let found = try await query.http.get("/v1/orders/o-1")
        #expect(found.member("customerId") == "c-1", "\(found.body)")
        for daemon in [query, syncer, capture, command] { #expect(try await daemon.run.terminate() == .code(0)) }
      }
    }
  }
}
