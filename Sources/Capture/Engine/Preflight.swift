internal import Logging
internal import Postgres

/// Checks, before anything is changed or sent, that this server, role and these tables can be captured.
struct Preflight: Sendable {
  let configuration: ConnectorConfiguration
  let connection: Connection
  let logger: Logger

  /// - Throws: `CaptureError` (configuration), one line that says what to do.
  func run() async throws -> [TableDescription] {
    try await checkServer()
    try await checkRole()
    var tables = try await SourceCatalog(connection: connection, publication: configuration.publicationName).capturedTables(configuration)
    try checkNumber(of: tables)
    let identities = ReplicaIdentityChanges(rules: configuration.replicaIdentities, connection: connection, logger: logger)
    if try await identities.apply(to: tables) {
      tables = try await SourceCatalog(connection: connection, publication: configuration.publicationName).capturedTables(configuration)
    }
    for pattern in try configuration.checkIncludeList(tables) {
      logger.warning("no table matches an entry of table.include.list", metadata: ["pattern": "\(pattern)"])
    }
    if configuration.mayTakeSnapshot { try await checkPrivileges(tables) }
    try await warnAboutSignals(tables)
    try configuration.patternWatch.check()
    return tables
  }

  private func checkServer() async throws {
    guard connection.serverVersion >= 140_000 else {
      throw CaptureError.configuration("\(place) runs PostgreSQL \(connection.serverVersion / 10_000); expected 14 or newer")
    }
    let row = try await connection.query("SELECT current_setting('wal_level') AS level, pg_is_in_recovery() AS standby").single()
    let level = try row["level", as: String.self]
    guard level == "logical" else {
      throw CaptureError.configuration(
        "wal_level of \(place) is \"\(level)\", expected \"logical\": set it in postgresql.conf and restart the server")
    }
    guard !(try row["standby", as: Bool.self]) || connection.serverVersion >= 160_000 else {
      throw CaptureError.configuration("\(place) is a standby, from which PostgreSQL before 16 cannot decode changes: name the primary")
    }
  }

  private func checkRole() async throws {
    let row = try await connection.query(
      """
      SELECT rolreplication OR rolsuper
             OR EXISTS (SELECT 1 FROM pg_roles g WHERE g.rolname IN ('rds_replication', 'rds_superuser') AND pg_has_role(current_user, g.oid, 'member'))
             AS allowed
      FROM pg_roles WHERE rolname = current_user
      """
    ).single()
    guard try row["allowed", as: Bool.self] else {
      throw CaptureError.configuration(
        "the role \"\(configuration.database.user)\" of \(place) has no REPLICATION attribute: run ALTER ROLE \"\(configuration.database.user)\" REPLICATION"
      )
    }
  }

  private func checkNumber(of tables: [TableDescription]) throws(CaptureError) {
    guard configuration.maxTables > 0, tables.count > configuration.maxTables else { return }
    let reason =
      "the filters let \(tables.count) tables through, and guardrail.collections.max is \(configuration.maxTables): "
      + "narrow table.include.list, or raise guardrail.collections.max"
    guard !configuration.failsAboveMaxTables else { throw .configuration(reason) }
    logger.warning("more tables than expected", metadata: ["reason": "\(reason)"])
  }

  private func checkPrivileges(_ tables: [TableDescription]) async throws {
    let rows = try await connection.query(
      """
      SELECT oid::int8 AS oid FROM pg_class
      WHERE oid::int8 = ANY(\(tables.map { Int64($0.oid) })) AND NOT has_table_privilege(oid, 'SELECT')
      """)
    for row in rows {
      let oid = try row["oid", as: Int64.self]
      guard let table = tables.first(where: { Int64($0.oid) == oid }), configuration.snapshotFilter.accepts(table.qualifiedName) else {
        continue
      }
      throw CaptureError.configuration(
        "the role \"\(configuration.database.user)\" may not read \(table.qualifiedName): run GRANT SELECT ON \(table.qualifiedName) TO \"\(configuration.database.user)\""
      )
    }
  }

  private var place: String { configuration.database.description }
}
