import Foundation
import Postgres
import TestSupport
import Testing

extension EndToEndTests {
  /// `sluice capture --to stdout` beside recordings of Debezium.
  @Suite struct StandardOutputTests {
    @Test func equalsTheRecording() async throws {
      let fixtures = FixtureFolder(of: "CaptureTests")
      let wanted = try fixtures.lines("operations.default.jsonl")
      try await withTestDatabase { database in
        try await Installation.withFolder { folder in
          let connection = try await Connection.connect(database, logger: testLogger("postgres"))
          try await fixtures.run("operations.ddl.sql", on: connection)
          let words = try self.words(database, folder)

          let run = try ProgramRun("capture", words, in: folder)
          try await eventually(within: .seconds(30), "streaming") { run.errors.contains(" streaming ") }
          try await fixtures.run("operations.dml.sql", on: connection)
          try await eventually(within: .seconds(30), "\(wanted.count) records") { run.outputLines.count >= wanted.count }
          #expect(try await run.terminate() == .code(0), "\(run.tail)")
          // All that is not a record goes to standard error.
          let lines = run.outputLines.map(RecordMask.apply)
          #expect(lines.count == wanted.count)
          for (ours, theirs) in zip(lines, wanted) { #expect(ours == theirs) }

          // What was printed is confirmed: the next run has nothing to tell, and the one after it only what came since.
          #expect(try await untilIdle(words, folder) == [])
          try await connection.execute("INSERT INTO customers (id, email) VALUES (77, 'seventy@seven')")
          let rest = try await untilIdle(words, folder)
          #expect(rest.count == 1 && rest.first?.contains("seventy@seven") == true)
          await connection.close()
        }
      }
    }

    private func untilIdle(_ words: [String], _ folder: URL) async throws -> [String] {
      let run = try ProgramRun("capture", words + ["--stop-when-idle", "500"], in: folder)
      #expect(try await run.exit(within: .seconds(60)) == .code(0), "\(run.tail)")
      return run.outputLines
    }

    private func words(_ database: ConnectionConfiguration, _ folder: URL) throws -> [String] {
      let settings = [
        "topic.prefix": "golden", "plugin.name": "pgoutput", "database.hostname": database.host, "database.port": "\(database.port)",
        "database.user": database.user, "database.dbname": database.database, "slot.name": "s_\(database.database)",
        "database.password": database.password?.reveal() ?? "", "offset.storage.file.filename": folder.path + "/offsets.json",
        "slot.retry.delay.ms": "50", "slot.max.retries": "200",
      ]
      let file = folder.appendingPathComponent("connector.json")
      try JSONSerialization.data(withJSONObject: ["name": "golden", "config": settings]).write(to: file)
      return [try SluiceBinary.path(), "capture", "--connector", file.path, "--to", "stdout"]
    }
  }
}
