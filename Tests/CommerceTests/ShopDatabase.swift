import Commands
import Commerce
import Logging
import Postgres
import ReadModels
import TestSupport

/// The shop's write side in one database and, where a test asks for it, its read side in another.
struct ShopDatabase: Sendable {
  let pool: Pool
  let bus: PostgresCommandBus
  let logger: Logger

  static func run(_ body: (ShopDatabase) async throws -> Void) async throws {
    try await withTestDatabase { configuration in
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let pool = Pool(configuration: configuration, maxConnections: 8, acquireTimeout: .seconds(20), logger: logger)
      do {
        try await pool.withConnection { connection in
          try await CommandMigrations.migrator.migrate(connection)
          try await CatalogueMigrations.migrator.migrate(connection)
        }
        try await body(
          ShopDatabase(
            pool: pool, bus: PostgresCommandBus(registry: try CommerceCommands.registry(), pool: pool, logger: logger), logger: logger))
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }

  /// Runs `body` with another database that serves as the read side.
  static func withReadSide(_ body: (ShopDatabase, Connection) async throws -> Void) async throws {
    try await run { shop in
      try await withTestDatabase { configuration in
        let read = try await Connection.connect(configuration, logger: shop.logger)
        do {
          try await body(shop, read)
        } catch {
          await read.close()
          throw error
        }
        await read.close()
      }
    }
  }

  @discardableResult
  func send(_ name: String, _ body: String, key: String? = nil, expectedVersion: Int64? = nil) async throws -> CommandReceipt {
    try await bus.submit(CommandRequest(name: name, body: Array(body.utf8), idempotencyKey: key, expectedVersion: expectedVersion))
  }

  /// How a command ended.
  func outcome(_ name: String, _ body: String, key: String? = nil, expectedVersion: Int64? = nil) async -> WorkloadStep.Expectation? {
    do {
      return try await send(name, body, key: key, expectedVersion: expectedVersion).replayed ? .replayed : .completed
    } catch let error as CommandError {
      switch error {
      case .conflict: return .conflict
      case .rejected: return .rejected
      case .notFound: return .notFound
      case .invalid: return .invalid
      case .unknownCommand, .idempotencyKeyReused, .unavailable: return nil
      }
    } catch {
      return nil
    }
  }

  func number(_ query: Query) async throws -> Int64 { try await pool.query(query).single()[0, as: Int64.self] }

  /// Copies the product documents, computed by the projection's own statement over views of the write tables, to the read side.
  func project(to read: Connection) async throws {
    let table = ProductDocuments.table
    try await EventDocumentStore(table: table).prepare(read)
    // Over the write side's own tables in place of mirrors.
    let catalog = try await pool.withConnection {
      try await MirrorCatalog.load(
        from: $0, tables: ProductDocuments.sourceTables, namespace: MirrorNamespace(tables: "public", views: "public"))
    }
    let definitions = try await ProductDocuments.declarations.definitions(over: catalog.mirrors(), checkedOn: read)
    guard let definition = definitions.first else { return }
    let rows = try await pool.query("SELECT array_agg(id ORDER BY id) AS ids FROM public.products")
    let keys = try rows.single()["ids", as: [Int64]?.self] ?? []
    var statement: Query = ""
    let parts = definition.recompute.split(separator: "$1", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      statement = statement + (index == 0 ? "\(unescaped: String(part))" : "\(keys)::bigint[] \(unescaped: String(part))")
    }
    let documents = try await pool.query("SELECT key::text AS key, body::text AS body FROM (\(statement)) d")
    try await read.execute("TRUNCATE public.products")
    try await EventDocumentStore(table: table).store(
      documents.map {
        EventDocument(key: try $0["key", as: String.self], version: 1, body: Array(try $0["body", as: String.self].utf8))
      }, in: read)
  }
}
