internal import Logging
internal import Postgres

/// Reads what the doctor judges; changes nothing.
struct SourceSurvey: Sendable {
  let configuration: ConnectorConfiguration
  let connection: Connection
  let logger: Logger

  func read() async throws -> SourceFacts {
    var tables: [SourceFacts.Table] = []
    let catalog = SourceCatalog(connection: connection, publication: configuration.publicationName)
    let captured = try await catalog.capturedTables(configuration)
    var missing: String?
    var unmatched: [String] = []
    do { unmatched = try configuration.checkIncludeList(captured) } catch { missing = "\(error)" }
    let rights = try await rights(captured)
    var quiet = logger
    // What the planner warns of is a finding here.
    quiet.logLevel = .critical
    let planner = RelationPlanner(configuration: configuration, runID: "doctor", version: "", logger: quiet)
    let types = try await catalog.types()
    for table in captured {
      let right = rights[Int64(table.oid)]
      var facts = SourceFacts.Table(
        description: table, keyColumns: [], isReadable: right?.isReadable ?? true, isOwned: right?.isOwned ?? true, topic: nil, problem: nil
      )
      do {
        let plan = try planner.plan(table.relation, table: table, catalog: types)
        facts.keyColumns = plan.keyColumns
        if case .send(let shape) = plan.plan(.create), !configuration.usesGeneralPath { facts.topic = shape.topic }
        if configuration.usesGeneralPath, configuration.transformChain.isEmpty {
          facts.topic = configuration.topics.changes(schema: table.schema, table: table.name)
        }
      } catch {
        facts.problem = "\(error)"
      }
      tables.append(facts)
    }
    return SourceFacts(
      server: try await server(), role: try await role(), publication: try await publication(), slot: try await slot(), tables: tables,
      unloggedTables: try await unlogged(), unmatchedPatterns: unmatched, missingTable: missing)
  }

  private func server() async throws -> SourceFacts.Server {
    let row = try await connection.query(
      """
      SELECT current_setting('wal_level') AS level, pg_is_in_recovery() AS standby,
             current_setting('max_replication_slots')::int8 AS slots, (SELECT count(*) FROM pg_replication_slots) AS used_slots,
             current_setting('max_wal_senders')::int8 AS senders,
             (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender') AS used_senders,
             (SELECT setting::int8 FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS keep,
             (SELECT setting::int8 FROM pg_settings WHERE name = 'idle_replication_slot_timeout') AS idle,
             current_setting('idle_replication_slot_timeout', true) AS idle_text,
             current_setting('synchronized_standby_slots', true) AS standbys,
             (SELECT setting::int8 FROM pg_settings WHERE name = 'wal_sender_timeout') AS timeout
      """
    ).single()
    let keep = try row["keep", as: Int64?.self] ?? -1
    let idle = try row["idle", as: Int64?.self] ?? 0
    return SourceFacts.Server(
      version: connection.serverVersion, walLevel: try row["level", as: String.self], isStandby: try row["standby", as: Bool.self],
      maxSlots: Int(try row["slots", as: Int64.self]), usedSlots: Int(try row["used_slots", as: Int64.self]),
      maxSenders: Int(try row["senders", as: Int64.self]), usedSenders: Int(try row["used_senders", as: Int64.self]),
      // The setting counts megabytes.
      slotKeepBytes: keep < 0 ? nil : keep << 20, idleSlotTimeout: idle > 0 ? try row["idle_text", as: String?.self] : nil,
      synchronizedStandbySlots: try row["standbys", as: String?.self], senderTimeout: Int(try row["timeout", as: Int64?.self] ?? 0))
  }

  private func role() async throws -> SourceFacts.Role {
    let row = try await connection.query(
      """
      SELECT rolname, rolsuper, has_database_privilege(current_database(), 'CREATE') AS may_create,
             rolreplication OR rolsuper
             OR EXISTS (SELECT 1 FROM pg_roles g WHERE g.rolname IN ('rds_replication', 'rds_superuser') AND pg_has_role(current_user, g.oid, 'member'))
             AS may_replicate
      FROM pg_roles WHERE rolname = current_user
      """
    ).single()
    return SourceFacts.Role(
      name: try row["rolname", as: String.self], isSuperuser: try row["rolsuper", as: Bool.self],
      mayReplicate: try row["may_replicate", as: Bool.self], mayCreate: try row["may_create", as: Bool.self])
  }

  private func publication() async throws -> SourceFacts.Publication? {
    let name = configuration.publicationName
    let rows = try await connection.query(
      """
      SELECT puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, pg_has_role(pubowner, 'USAGE') AS owned
      FROM pg_publication WHERE pubname = \(name)
      """)
    guard let row = rows.first else { return nil }
    var partial: Set<String> = []
    // Row filters and column lists came with PostgreSQL 15.
    if connection.serverVersion >= 150_000 {
      let rows = try await connection.query(
        """
        SELECT n.nspname || '.' || c.relname AS name
        FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = \(name) AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL)
        """)
      partial = Set(try rows.map { try $0["name", as: String.self] })
    }
    return SourceFacts.Publication(
      isForAllTables: try row["puballtables", as: Bool.self], publishesInserts: try row["pubinsert", as: Bool.self],
      publishesUpdates: try row["pubupdate", as: Bool.self], publishesDeletes: try row["pubdelete", as: Bool.self],
      publishesTruncates: try row["pubtruncate", as: Bool.self], isViaRoot: try row["pubviaroot", as: Bool.self],
      isOwned: try row["owned", as: Bool.self], tables: try await PublicationCatalog(name: name, connection: connection).tables(),
      partialTables: partial)
  }

  private func slot() async throws -> SourceFacts.Slot? {
    let name = configuration.slotName
    guard let state = try await SlotKeeper(name: name, connection: connection).state() else { return nil }
    guard connection.serverVersion >= 170_000 else { return SourceFacts.Slot(state: state) }
    let rows = try await connection.query(
      "SELECT failover, invalidation_reason FROM pg_replication_slots WHERE slot_name = \(name)")
    return SourceFacts.Slot(
      state: state, isFailover: try rows.first?["failover", as: Bool.self],
      invalidationReason: try rows.first?["invalidation_reason", as: String?.self])
  }

  private struct Rights {
    var isReadable: Bool
    var isOwned: Bool
  }

  private func rights(_ tables: [TableDescription]) async throws -> [Int64: Rights] {
    let rows = try await connection.query(
      """
      SELECT oid::int8 AS oid, has_table_privilege(oid, 'SELECT') AND has_schema_privilege(relnamespace, 'USAGE') AS readable,
             pg_has_role(relowner, 'USAGE') AS owned
      FROM pg_class WHERE oid::int8 = ANY(\(tables.map { Int64($0.oid) }))
      """)
    var rights: [Int64: Rights] = [:]
    for row in rows {
      rights[try row["oid", as: Int64.self]] = Rights(
        isReadable: try row["readable", as: Bool.self], isOwned: try row["owned", as: Bool.self])
    }
    return rights
  }

  private func unlogged() async throws -> [String] {
    let rows = try await connection.query(
      """
      SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence = 'u' ORDER BY 1, 2
      """)
    var names: [String] = []
    for row in rows {
      let (schema, table) = (try row["nspname", as: String.self], try row["relname", as: String.self])
      if configuration.captures(schema: schema, table: table) { names.append("\(schema).\(table)") }
    }
    return names
  }
}
