import Foundation
import Postgres
import Runtime
import Testing

extension EndToEndTests {
  /// `sluice doctor` with the binary, over real servers.
  @Suite struct DoctorTests {
    private func run(_ words: [String], _ installation: Installation) async throws -> (code: ManagedProcess.Exit, run: ProgramRun) {
      let run = try installation.sluice(["doctor"] + words)
      return (try await run.exit(), run)
    }

    @Test func aConnectorInOrderIsFineAndAKeyOutsideTheIdentityIsAnError() async throws {
      try await Installation.with(tables: ["orders"]) { installation in
        try await installation.connected(installation.write) { connection in
          try await connection.execute("CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL)")
        }
        let fine = try await run(["--connector", installation.connector(tables: ["orders"]).path], installation)
        #expect(fine.code == .code(0))
        #expect(fine.run.output.contains("ok      wal_level: logical"))
        #expect(fine.run.output.contains("ok      topic \(installation.topic("orders")): 4 partitions"))
        #expect(!fine.run.output.contains("\u{1B}"))

        let keyed = try installation.connector(["message.key.columns": "public.orders:customer"], tables: ["orders"])
        let wrong = try await run(["--connector", keyed.path, "--json"], installation)
        #expect(wrong.code == .code(2))
        let report = try #require(try JSONSerialization.jsonObject(with: Data(wrong.run.output.utf8)) as? [String: Any])
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["check"] as? String == "replica identity" && $0["severity"] as? String == "error" })
      }
    }

    @Test func allThatIsWrongWithAFileIsSaidAtOnce() async throws {
      try await Installation.with { installation in
        let file = try installation.connector(["tabel.include.list": "public.t", "database.port": "many"])
        let (code, run) = try await run(["--connector", file.path], installation)
        #expect(code == .code(78))
        #expect(run.errorLines.count == 2)
        #expect(run.errors.contains("tabel.include.list") && run.errors.contains("database.port"))
      }
    }

    @Test func whatCannotBeReachedIsUnknown() async throws {
      try await Installation.with { installation in
        let file = try installation.connector(["database.port": "1"])
        let (code, run) = try await run(["--connector", file.path], installation)
        #expect(code == .code(1))
        #expect(run.output.contains("unknown database"))
        #expect(run.output.contains("ok      brokers: 1 reached"))
      }
    }
  }
}
