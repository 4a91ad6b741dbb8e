import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// Requests of Connect's REST API that reach into a running engine, with PostgreSQL and a broker behind it.
  @Suite struct ConnectorRequestTests {
    private func with(_ body: (Installation, HTTPClient, ConnectWorker) async throws -> Void) async throws {
      try await Installation.with(tables: ["accounts"]) { installation in
        try await installation.connected(installation.write) {
          try await $0.executeScript(
            "CREATE TABLE accounts (id int PRIMARY KEY, v int); INSERT INTO accounts SELECT i, 0 FROM generate_series(1, 50) i")
        }
        let worker = try ConnectWorker(installation)
        defer { worker.run.send(SIGKILL) }
        let http = HTTPClient(port: worker.port)
        try await http.ready()
        let file = try JSONSerialization.jsonObject(with: Data(contentsOf: installation.connector(tables: ["accounts"]))) as? [String: Any]
        let settings = try JSONSerialization.data(withJSONObject: try #require(file?["config"]))
        #expect(try await http.send("PUT", "/connectors/ledger/config", String(decoding: settings, as: UTF8.self)).status == 201)
        try await expectReads(50, installation)
        try await body(installation, http, worker)
        #expect(try await worker.run.terminate() == .code(0), "\(worker.run.tail)")
      }
    }

    /// Waits until so many rows were read by snapshots, and no more.
    private func expectReads(_ count: Int, _ installation: Installation) async throws {
      var reads = 0
      try await eventually(within: .seconds(60), "\(count) rows of snapshots") {
        let records = try await installation.broker.records(of: installation.topic("accounts"), atLeast: count)
        reads = records.count { String(decoding: $0.value ?? [], as: UTF8.self).contains(#""op":"r""#) }
        return reads >= count
      }
      #expect(reads == count)
    }

    private func state(_ state: String, _ http: HTTPClient) async throws {
      try await eventually(within: .seconds(30), "the state \(state)") {
        try await http.get("/connectors/ledger/status").body.contains(#""connector":{"state":"\#(state)""#)
      }
    }

    @Test func aSignalTakesAnIncrementalSnapshot() async throws {
      try await with { installation, http, worker in
        let signal = #"{"id":"again","type":"execute-snapshot","data":{"type":"incremental","data-collections":["public.accounts"]}}"#
        let sent = try await http.post("/connectors/ledger/signals", signal)
        #expect(sent.status == 202 && sent.member("id") == "again", "\(sent.body)")
        try await expectReads(100, installation)

        #expect(try await http.post("/connectors/nobody/signals", signal).status == 404)
        let wrong = try await http.post("/connectors/ledger/signals", #"{"type":"dance"}"#)
        #expect(wrong.status == 400 && wrong.member("error_code") == "400", "\(wrong.body)")
        #expect(try await http.post("/connectors/ledger/signals", #"{"type":"log","more":1}"#).status == 400)
        #expect(try await http.send("PUT", "/connectors/ledger/stop").status == 204)
        try await state("STOPPED", http)
        #expect(try await http.post("/connectors/ledger/signals", signal).status == 409)
        #expect(try await http.get("/nothing").member("error_code") == "404")
      }
    }

    @Test func offsetsAreShownAlteredAndReset() async throws {
      try await with { installation, http, worker in
        let path = "/connectors/ledger/offsets"
        try await installation.connected(installation.write) { try await $0.execute("INSERT INTO accounts VALUES (51, 1)") }
        try await eventually(within: .seconds(30), "a stored position") {
          try await http.get(path).body.contains(#""lsn":"#)
        }
        let shown = try await http.get(path)
        #expect(shown.body.contains(#""partition":{"server":"\#(installation.prefix)"}"#), "\(shown.body)")
        let refused = try await http.send("PATCH", path, shown.body)
        #expect(refused.status == 400 && refused.member("message")?.contains("STOPPED") == true, "\(refused.body)")
        #expect(try await http.send("DELETE", path).status == 400)

        #expect(try await http.send("PUT", "/connectors/ledger/stop").status == 204)
        try await state("STOPPED", http)
        let last = try await http.get(path).body
        let altered = try await http.send("PATCH", path, last)
        #expect(altered.status == 200 && altered.member("message")?.contains("altered") == true, "\(altered.body)")
        #expect(try await http.get(path).body == last)
        let beyond = #"{"offsets":[{"partition":{"server":"\#(installation.prefix)"},"offset":{"lsn":9000000000000000000}}]}"#
        #expect(try await http.send("PATCH", path, beyond).status == 400)

        // From the position that was set: what came meanwhile is sent, and no snapshot is taken.
        try await installation.connected(installation.write) { try await $0.execute("INSERT INTO accounts VALUES (52, 1)") }
        #expect(try await http.send("PUT", "/connectors/ledger/resume").status == 202)
        try await eventually(within: .seconds(30), "the row of meanwhile") {
          try await installation.broker.records(of: installation.topic("accounts"), atLeast: 52, within: .seconds(5)).contains {
            String(decoding: $0.value ?? [], as: UTF8.self).contains(#""after":{"id":52,"#)
          }
        }
        try await expectReads(50, installation)

        #expect(try await http.send("PUT", "/connectors/ledger/stop").status == 204)
        try await state("STOPPED", http)
        #expect(try await http.send("DELETE", path).status == 200)
        #expect(try await http.get(path).body == #"{"offsets":[]}"#)
        #expect(try await http.send("PUT", "/connectors/ledger/resume").status == 202)
        try await expectReads(102, installation)
      }
    }
  }
}
