import Commands
import Logging
import Postgres
import TestSupport
import Testing

struct MigratorTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let first = Migration(number: 1, name: "first", sql: "CREATE TABLE one (id int); INSERT INTO one VALUES (1)")
  private let second = Migration(number: 2, name: "second", sql: "CREATE TABLE two (id int)")

  @Test func runsEachStepOnce() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: logger)
      #expect(try await Migrator(namespace: "a", migrations: [first]).migrate(connection) == [first])
      #expect(try await Migrator(namespace: "a", migrations: [first]).migrate(connection).isEmpty)
      #expect(try await Migrator(namespace: "a", migrations: [first, second]).migrate(connection) == [second])
      #expect(try await connection.query("SELECT count(*) FROM one").single()[0, as: Int64.self] == 1)
      await connection.close()
    }
  }

  @Test func severalProcessesAtOnce() async throws {
    try await withTestDatabase { configuration in
      let steps = [first, second]
      let run = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<6 {
          group.addTask {
            let connection = try await Connection.connect(configuration, logger: logger)
            let run = try await Migrator(namespace: "a", migrations: steps).migrate(connection)
            await connection.close()
            return run.count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(run == 2)
    }
  }

  @Test func changedOrMissingHistoryIsRefused() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: logger)
      try await Migrator(namespace: "a", migrations: [first, second]).migrate(connection)
      let edited = Migration(number: 1, name: "first", sql: first.sql + " ")
      await #expect(throws: MigrationError.changed(namespace: "a", number: 1, name: "first")) {
        try await Migrator(namespace: "a", migrations: [edited, second]).migrate(connection)
      }
      await #expect(throws: MigrationError.databaseIsNewer(namespace: "a", known: 1, found: 2)) {
        try await Migrator(namespace: "a", migrations: [first]).migrate(connection)
      }
      await #expect(throws: MigrationError.misnumbered(namespace: "a", expected: 1, found: 2)) {
        try await Migrator(namespace: "a", migrations: [second]).migrate(connection)
      }
      await connection.close()
    }
  }

  @Test func aStepThatFailsLeavesNothing() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: logger)
      let broken = Migration(number: 2, name: "broken", sql: "CREATE TABLE two (id int); SELECT 1/0")
      await #expect(throws: PostgresError.self) {
        try await Migrator(namespace: "a", migrations: [first, broken]).migrate(connection)
      }
      #expect(
        try await connection.query("SELECT count(*) FROM pg_tables WHERE tablename IN ('one', 'two')").single()[0, as: Int64.self] == 0)
      #expect(try await Migrator(namespace: "a", migrations: [first, second]).migrate(connection).count == 2)
      await connection.close()
    }
  }

  @Test func theWriteSidesTablesTwice() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: logger)
      #expect(try await CommandMigrations.migrator.migrate(connection).count == CommandMigrations.all.count)
      #expect(try await CommandMigrations.migrator.migrate(connection).isEmpty)
      await connection.close()
    }
  }
}
