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

          // The first run makes the slot and reads what is there; the second finds what came in between.
          let first = try ProgramRun("capture", words, in: folder)
          #expect(try await first.exit(within: .seconds(60)) == .code(0), "\(first.tail)")
          try await fixtures.run("operations.dml.sql", on: connection)
          let second = try ProgramRun("capture", words, in: folder)
          #expect(try await second.exit(within: .seconds(60)) == .code(0), "\(second.tail)")
          // All that is not a record goes to standard error.
          let lines = (first.output + second.output).split(separator: "\n").map { RecordMask.apply(String($0)) }
          #expect(lines.count == wanted.count)
          for (ours, theirs) in zip(lines, wanted) { #expect(ours == theirs) }

          // What was printed is confirmed: a third run has nothing left.
          let third = try ProgramRun("capture", words, in: folder)
          #expect(try await third.exit(within: .seconds(60)) == .code(0), "\(third.tail)")
          #expect(third.output == "")
          await connection.close()
        }
      }
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
      return [try SluiceBinary.path(), "capture", "--connector", file.path, "--to", "stdout", "--stop-when-idle", "500"]
    }
  }
}
