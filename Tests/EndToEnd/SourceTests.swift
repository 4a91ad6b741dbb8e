import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// Databases that cannot be captured or mirrored: 78, and nothing is left behind in them.
  @Suite struct SourceTests {
    @Test func tablesAndRoles() async throws {
      try await Installation.with { installation in
        let role = uniqueName("plain")
        try await installation.connected(installation.write) { connection in
          try await Ledger.create(on: connection)
          try await connection.execute("CREATE ROLE \(identifier: role) LOGIN PASSWORD \(literal: "hunter2")")
        }
        var plain = installation.write
        plain.user = role
        plain.password = "hunter2"
        var missing = installation.write
        missing.database = "nowhere"

        let cases: [(URL, [String])] = [
          (try installation.connector(tables: ["accounts", "acounts"]), ["table.include.list", "public.acounts", "<schema>.<table>"]),
          (try installation.connector(of: plain), [role, "REPLICATION", "ALTER ROLE"]),
          (try installation.connector(of: missing), ["nowhere", "does not exist"]),
          (
            try installation.connector(["publication.autocreate.mode": "disabled", "publication.name": "mine"]),
            ["mine", "CREATE PUBLICATION"]
          ),
        ]
        for (connector, words) in cases {
          let daemon = try installation.capture(connector)
          let line = try await expectOneLine(daemon.run, code: .configuration, naming: words)
          #expect(!line.contains("hunter2"))
        }
        try await installation.connected(installation.write) { connection in
          let slots = try await connection.query("SELECT FROM pg_replication_slots WHERE database = current_database()")
          #expect(slots.isEmpty)
          try await connection.execute("ALTER ROLE \(identifier: role) REPLICATION")
        }
        try await expectOneLine(
          installation.capture(installation.connector(["publication.autocreate.mode": "all_tables"], of: plain)).run, code: .configuration,
          naming: [role, "GRANT SELECT"])

        // The syncer asks the same source what the mirrors look like.
        let wrong = try installation.connector(tables: ["acounts"])
        try await expectOneLine(
          installation.syncer(wrong, topics: ["t"]).run, code: .configuration, naming: ["table.include.list", "public.acounts"])
        try await installation.connected(installation.read) {
          try await $0.executeScript("CREATE SCHEMA mirror_ledger; CREATE TABLE mirror_ledger.accounts (id text PRIMARY KEY)")
        }
        try await expectOneLine(
          installation.syncer(installation.connector(tables: ["accounts"]), topics: ["t"]).run, code: .configuration,
          naming: ["mirror_ledger", "accounts", "text", "integer", "drop the mirror"])

        try await installation.connected(installation.write) { try await $0.execute("DROP ROLE \(identifier: role)") }
      }
    }

    @Test func aServerWithoutLogicalDecoding() async throws {
      let server = try await LocalPostgres.start(
        LocalPostgresConfiguration(
          folder: "/tmp/\(uniqueName("sluice_test_replica"))", authentication: .trust,
          settings: ["wal_level": "replica", "fsync": "off", "shared_buffers": "16MB"], endsWithProcess: true, removesFolder: true),
        logger: testLogger("postgres"))
      let database = ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
      do {
        try await Installation.with(write: database, read: database) { installation in
          try await expectOneLine(
            installation.capture(installation.connector()).run, code: .configuration,
            naming: ["wal_level", "replica", "logical", "postgresql.conf"])
        }
      } catch {
        try await server.stop(.immediate)
        throw error
      }
      try await server.stop(.immediate)
    }
  }
}
