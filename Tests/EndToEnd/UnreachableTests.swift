import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// Servers that are not there at the start: said at once and again, and given up with code 1 after a deadline, for whoever starts it again.
  @Suite struct UnreachableTests {
    @Test func databasesAndBrokers() async throws {
      try await Installation.with(tables: ["accounts"]) { installation in
        try await installation.connected(installation.write) { try await Ledger.create(on: $0) }
        let nowhere = try LoopbackPort.free()
        var away = installation.write
        away.port = nowhere
        let connector = try installation.connector(tables: ["accounts"])
        let broker = ["--set", "kafka.bootstrap_servers=127.0.0.1:\(nowhere)"]
        let soon = ["syncer", "capture", "command"].flatMap { ["--set", "\($0).start_timeout=3s"] }
        let place = "127.0.0.1:\(nowhere)"

        // All at once: each has a deadline of its own.
        let capture = try installation.capture(try installation.connector(of: away), soon)
        let captureToNowhere = try installation.capture(connector, soon + broker)
        let syncerOfNoSource = try installation.syncer(try installation.connector(of: away), topics: ["t"], soon)
        let syncerFromNowhere = try installation.syncer(connector, topics: ["t"], soon + broker)
        let syncerToNowhere = try installation.syncer(connector, topics: ["t"], soon + ["--set", "read.database.port=\(nowhere)"])
        let command = try installation.server("command", soon + ["--set", "write.database.port=\(nowhere)"])
        let query = try installation.server("query", ["--set", "read.database.port=\(nowhere)"])

        try await expectOneLine(capture.run, code: .failed, naming: [place, "cannot be reached"])
        try await expectOneLine(syncerOfNoSource.run, code: .failed, naming: [place, "refused"])
        try await expectOneLine(command.run, code: .failed, naming: [place, "refused"])
        try await expectOneLine(syncerFromNowhere.run, code: .failed, naming: ["Kafka", "within 3.0 seconds", "bootstrap servers"])
        try await expectOneLine(syncerToNowhere.run, code: .failed, naming: ["within 3.0 seconds", place])
        try await expectOneLine(captureToNowhere.run, code: .failed, naming: ["Kafka", place, "cannot be reached"])
        #expect(syncerToNowhere.run.errors.contains("WARNING"), "it says what it waits for")
        #expect(capture.run.errors.contains("WARNING"), "it says what it waits for")
        #expect(command.run.errors.contains("WARNING"), "it says what it waits for")
        #expect(syncerFromNowhere.run.errors.contains(place), "it says whom it asks")

        // Nothing is lost by answering later: the query daemon serves, and says that it cannot yet.
        let ready = try await query.http.ready(503)
        #expect(ready.body.contains("read-database"))
        let answer = try await query.http.get("/v1/products/1")
        #expect(answer.status == 503)
        #expect(answer.contentType == "application/problem+json")
        #expect(!answer.body.contains(place) && !answer.body.contains("SELECT"))
        #expect(try await query.run.terminate() == .code(0))

        // The slot is not made before the records can go somewhere.
        try await installation.connected(installation.write) { connection in
          let slots = try await connection.query("SELECT FROM pg_replication_slots WHERE database = current_database()")
          #expect(slots.isEmpty)
        }
      }
    }
  }
}
