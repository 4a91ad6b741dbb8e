import Foundation
import Postgres
import TestSupport
import Testing

extension EndToEndTests {
  /// Positions set back, and read models built anew, with a live path beside them.
  @Suite struct RebuildTests {
    private func prepare(_ installation: Installation) async throws -> URL {
      try await installation.connected(installation.write) { connection in
        try await Ledger.create(on: connection)
        try await Ledger.addAccounts(1...60, on: connection)
      }
      return try installation.connector(tables: Ledger.tables)
    }

    /// The configuration that the syncer of these tests has, as flags of a tool.
    private func settings(_ installation: Installation, _ connector: URL) -> [String] {
      let topics = Ledger.tables.map(installation.topic).joined(separator: ",")
      return [
        "--set", "syncer.mirrors=\(connector.path)", "--set", "syncer.topics=\(topics)", "--set", "syncer.group=\(installation.group)",
        "--set",
        "syncer.mirror_schema=ledger",
      ]
    }

    @Test func mirrorsAreBuiltAnewUnderLoadWhileTheRebuildIsKilledAgainAndAgain() async throws {
      var random = SeededRandom(for: "rebuild kills")
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: Ledger.tables.map(installation.topic))
        try await Ledger.expectMirrored(installation)
        let settings = settings(installation, connector)
        let words = ["rebuild", "mirror.\(installation.prefix)", "--json"] + settings
        let load = LedgerLoad(installation, seed: random.next())
        try await load.run {
          try await load.advance(by: 100)
          for round in 0..<6 {
            // Slow enough to be met in the middle; and where it matters most.
            let points = ["before-version-switch", "after-effect-before-commit:4"]
            let doomed =
              round < 2
              ? try installation.sluice(words, environment: ["SLUICE_CRASH_POINT": points[round]])
              : try installation.sluice(words + ["--throttle", "200"])
            if round < 2 {
              #expect(try await doomed.exit(within: .seconds(60)) == .signal(SIGKILL))
            } else {
              try await load.advance(by: .random(in: 5...60, using: &random))
              if doomed.isRunning { try await doomed.kill() }
            }
          }
          // Killed right after the switch: it is done.
          let last = try installation.sluice(words, environment: ["SLUICE_CRASH_POINT": "after-version-switch"])
          _ = try await last.exit(within: .seconds(90))
          try await load.advance(by: 100)
        }
        try await Ledger.expectMirrored(installation)
        let status = try installation.sluice(["rebuild", "--status", "--json"] + settings)
        #expect(try await status.exit() == .code(0))
        #expect(status.output.contains(#""state" : "live""#), "\(status.output)")
        #expect(status.output.contains(#""state" : "old""#), "\(status.output)")

        let back = try installation.sluice(["rebuild", "mirror.\(installation.prefix)", "--roll-back"] + settings)
        #expect(try await back.exit(within: .seconds(60)) == .code(0), "\(back.tail)")
        try await Ledger.expectMirrored(installation)
        let drop = try installation.sluice(["rebuild", "mirror.\(installation.prefix)", "--drop-old"] + settings)
        #expect(try await drop.exit() == .code(0), "\(drop.tail)")
        try await installation.connected(installation.write) { try await Ledger.addAccounts(61...80, on: $0) }
        try await Ledger.expectMirrored(installation)
        #expect(try await installation.broker.count(of: Ledger.tables.map { "\(installation.topic($0)).dlq" }) == 0)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func mirrorsAndDocumentsAreBuiltAnewBesideASyncerWithLanes() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let declaration = installation.folder.appendingPathComponent("account.yaml")
        try Data(
          """
          projection: account
          table: account_documents
          root: accounts
          fields:
            id:
            balance:
            lines: {aggregates: positions, on: account_id, fields: {count: count}}
          """.utf8
        ).write(to: declaration)
        let flow = ["--set", "syncer.lanes=4", "--set", "syncer.batch_size=40", "--set", "syncer.projections=\(declaration.path)"]
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: Ledger.tables.map(installation.topic), flow)
        try await Ledger.expectMirrored(installation)
        let load = LedgerLoad(installation, seed: 12)
        try await load.run {
          try await load.advance(by: 50)
          for name in ["mirror.\(installation.prefix)", "document.account", "mirror.\(installation.prefix)"] {
            let rebuild = try installation.sluice(["rebuild", name] + settings(installation, connector) + flow)
            #expect(try await rebuild.exit(within: .seconds(90)) == .code(0), "\(rebuild.tail)")
            try await load.advance(by: 50)
          }
        }
        try await Ledger.expectMirrored(installation)
        try await eventually(within: .seconds(30), "the documents say what the mirrors say") {
          try await installation.connected(installation.read) {
            try await $0.query(
              """
              SELECT FROM ledger.accounts a FULL JOIN (SELECT * FROM account_documents WHERE body IS NOT NULL) d ON d.key::text = a.id::text
              WHERE (d.body->>'balance')::numeric IS DISTINCT FROM a.balance
                OR (d.body->'lines'->>'count')::bigint IS DISTINCT FROM (SELECT count(*) FROM ledger.positions p WHERE p.account_id = a.id)
              """
            ).isEmpty
          }
        }
        #expect(try await installation.broker.count(of: Ledger.tables.map { "\(installation.topic($0)).dlq" }) == 0)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func ordersAreBuiltAnewBesideASyncerWithLanes() async throws {
      try await Installation.with(topics: ["outbox.event.order"]) { installation in
        let command = try installation.server("command")
        try await command.http.ready()
        let connectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../connectors")
        let capture = try installation.capture(
          connectors.appendingPathComponent("outbox.json").standardizedFileURL, ["--set", "slot.name=s_\(installation.write.database)"])
        let flow = ["--set", "syncer.lanes=4"]
        let syncer = try installation.syncerOfOrders(flow)
        let query = try installation.server("query")
        // Events of before the slot are in no log that is read.
        for daemon in [capture, syncer] { try await daemon.http.ready() }
        func place(_ ids: Range<Int>) async throws {
          for id in ids {
            let lines = #"[{"productId": 7, "quantity": 2, "unitPrice": "9.50"}]"#
            let order = #"{"orderId": "o-\#(id)", "customerId": "c-1", "currency": "EUR", "total": "19.00", "lines": \#(lines)}"#
            #expect(try await command.http.post("/v1/commands/place-order", order).status == 202)
          }
          for id in ids {
            try await eventually(within: .seconds(20), "order \(id)") { try await query.http.get("/v1/orders/o-\(id)").status == 200 }
          }
        }
        try await place(0..<20)
        let words = ["rebuild", "order", "--set", "syncer.topics=outbox.event.order", "--set", "syncer.group=\(installation.group)"] + flow
        let rebuild = try installation.sluice(words)
        #expect(try await rebuild.exit(within: .seconds(60)) == .code(0), "\(rebuild.tail)")
        for id in 0..<20 { #expect(try await query.http.get("/v1/orders/o-\(id)").status == 200) }
        try await place(20..<25)
        let back = try installation.sluice(words + ["--roll-back"])
        #expect(try await back.exit(within: .seconds(60)) == .code(0), "\(back.tail)")
        for id in 0..<25 { #expect(try await query.http.get("/v1/orders/o-\(id)").status == 200) }
        for daemon in [query, syncer, capture, command] { #expect(try await daemon.run.terminate() == .code(0)) }
      }
    }

    @Test func whatRetentionHasCutComesFromASnapshot() async throws {
      try await Installation.with(tables: Ledger.tables, topics: []) { installation in
        try await installation.connected(installation.write) {
          try await $0.executeScript(
            "CREATE TABLE debezium_signal (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))")
        }
        _ = try await prepare(installation)
        let connector = try installation.connector(
          ["signal.data.collection": "public.debezium_signal", "incremental.snapshot.chunk.size": "20"],
          tables: ["accounts", "positions", "notes"])
        let capture = try installation.capture(connector)
        let topics = ["accounts", "positions", "notes"]
        let syncer = try installation.syncer(connector, topics: topics.map(installation.topic))
        try await Ledger.expectMirrored(installation, topics)
        try await installation.broker.deleteRecords(of: topics.map(installation.topic))
        try await installation.connected(installation.read) {
          try await $0.executeScript("UPDATE mirror_ledger.accounts SET owner = 'wrong' WHERE id < 20")
        }

        let words = ["rebuild", "mirror.\(installation.prefix)"] + settings(installation, connector)
        try await expectOneLine(try installation.sluice(words), code: .failed, naming: ["retention", "--from snapshot"])
        let abandon = try installation.sluice(words + ["--abandon"])
        #expect(try await abandon.exit() == .code(0), "\(abandon.tail)")
        let all = try installation.connector(tables: Ledger.tables)
        try await expectOneLine(
          try installation.sluice(
            ["rebuild", "mirror.\(installation.prefix)"] + settings(installation, all) + ["--from", "snapshot", "--capture", "127.0.0.1:1"]),
          code: .failed, naming: ["public.journal", "no primary key", "--from topics"])
        let load = LedgerLoad(installation, seed: 11)
        try await load.run {
          try await load.advance(by: 20)
          let snapshot = try installation.sluice(words + ["--from", "snapshot", "--capture", "127.0.0.1:\(capture.http.port)"])
          #expect(try await snapshot.exit(within: .seconds(120)) == .code(0), "\(snapshot.tail)")
          try await load.advance(by: 20)
        }
        try await Ledger.expectMirrored(installation, topics)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func aReplayBringsBackWhatIsMissingAndAMemberForbidsIt() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let topics = Ledger.tables.map(installation.topic)
        let capture = try installation.capture(connector)
        let first = try installation.syncer(connector, topics: topics)
        try await Ledger.expectMirrored(installation)
        let settings = settings(installation, connector)
        let words = ["replay", "--to-earliest", "--execute", "--reason", "rows were deleted by hand"] + settings
        try await expectOneLine(try installation.sluice(words), code: .failed, naming: ["Stable", "1 members", "stop them first"])
        #expect(try await first.run.terminate() == .code(0))
        try await installation.connected(installation.read) {
          try await $0.executeScript("DELETE FROM mirror_ledger.accounts WHERE id <= 30")
        }

        let look = try installation.sluice(["replay", "--to-earliest"] + settings)
        #expect(try await look.exit() == .code(0), "\(look.tail)")
        #expect(look.errors.contains("to make them anew use sluice rebuild"), "\(look.errors)")
        let doomed = try installation.sluice(words, environment: ["SLUICE_CRASH_POINT": "after-replay-stored"])
        #expect(try await doomed.exit() == .signal(SIGKILL))
        let again = try installation.sluice(words + ["--json"])
        #expect(try await again.exit() == .code(0), "\(again.tail)")
        #expect(again.errors.contains("it is complete now"), "\(again.errors)")
        let second = try installation.syncer(connector, topics: topics)
        try await Ledger.expectMirrored(installation)
        #expect(try await second.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }
  }
}
