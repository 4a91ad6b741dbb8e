import Commands
import Logging
import Postgres
import TestSupport

/// A database with the write side's tables, a pool on it, and a bus with the test commands.
struct CommandTestDatabase: Sendable {
  let configuration: ConnectionConfiguration
  let pool: Pool
  let bus: PostgresCommandBus
  let logger: Logger

  static func run(
    _ configure: (inout CommandBusConfiguration) -> Void = { _ in }, _ body: (CommandTestDatabase) async throws -> Void
  ) async throws {
    var limits = CommandBusConfiguration()
    configure(&limits)
    try await withTestDatabase { configuration in
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let pool = Pool(configuration: configuration, maxConnections: 8, acquireTimeout: .seconds(20), logger: logger)
      let database = CommandTestDatabase(
        configuration: configuration, pool: pool,
        bus: PostgresCommandBus(
          registry: try CommandRegistry([Deposit.self, Withdraw.self, Troubled.self]), pool: pool, configuration: limits, logger: logger),
        logger: logger)
      try await pool.withConnection { _ = try await CommandMigrations.migrator.migrate($0) }
      do {
        try await body(database)
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }

  func deposit(_ account: String, _ amount: Int, key: String? = nil, expectedVersion: Int64? = nil) -> CommandRequest {
    CommandRequest(
      name: "deposit", body: Array(#"{"account":"\#(account)","amount":\#(amount)}"#.utf8), idempotencyKey: key,
      expectedVersion: expectedVersion)
  }

  func withdraw(_ account: String, _ amount: Int, key: String? = nil) -> CommandRequest {
    CommandRequest(name: "withdraw", body: Array(#"{"account":"\#(account)","amount":\#(amount)}"#.utf8), idempotencyKey: key)
  }

  func count(_ query: Query) async throws -> Int {
    Int(try await pool.query(query).single()[0, as: Int64.self])
  }
}
