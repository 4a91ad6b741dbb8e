import Commands
import Commerce
import Logging
import Postgres

/// Brings the write database to the newest version: the suite's own tables, then the sample domain's.
enum Migrations {
  static func migrate(_ connection: Connection, logger: Logger) async throws {
    for migrator in [CommandMigrations.migrator, CatalogueMigrations.migrator] {
      for applied in try await migrator.migrate(connection) {
        logger.info("migrated", metadata: ["migration": "\(migrator.namespace) \(applied.number) \(applied.name)"])
      }
    }
  }
}
