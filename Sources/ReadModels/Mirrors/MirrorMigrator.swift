internal import Logging
internal import Postgres

/// Creates the mirrors of a source in the read database, and adds columns that the source has got since.
///
/// Repeatable, and correct while another process does the same. What cannot be followed (a type that changed, another primary key) is an
/// error that names it, not a guess: the operator drops the mirror and has it filled anew.
struct MirrorMigrator {
  let definitions: [MirrorDefinition]
  let logger: Logger

  init(_ definitions: [MirrorDefinition], logger: Logger) {
    self.definitions = definitions
    self.logger = logger
  }

  /// - Parameter lockTimeout: How long a change waits for those that use the mirror; nil waits as long as it takes.
  func migrate(_ connection: Connection, lockTimeout: Duration? = nil) async throws {
    try await connection.transaction { transaction in
      if let lockTimeout {
        _ = try await transaction.query(
          "SELECT set_config('lock_timeout', \(String(lockTimeout.components.seconds) + "s", as: "text"), true)")
      }
      _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(MigrationLock.key))")
      try await AppliedPositionStore.prepare(transaction)
      for namespace in Set(definitions.map(\.namespace)) { try await prepare(namespace, transaction) }
      for definition in definitions { try await migrate(definition, transaction) }
    }
  }

  private func prepare(_ namespace: MirrorNamespace, _ transaction: Connection) async throws {
    try await transaction.executeScript(
      """
      CREATE SCHEMA IF NOT EXISTS \(SQLName.quoted(namespace.tables));
      CREATE SCHEMA IF NOT EXISTS \(SQLName.quoted(namespace.views));
      CREATE TABLE IF NOT EXISTS \(SQLName.qualified(namespace.tables, "_mirrors")) (
        mirror text PRIMARY KEY, source_schema text NOT NULL, source_table text NOT NULL, truncated_lsn bigint NOT NULL DEFAULT -1,
        created_at timestamptz NOT NULL DEFAULT now());
      ALTER TABLE \(SQLName.qualified(namespace.tables, "_mirrors")) ADD COLUMN IF NOT EXISTS snapshot_lsn bigint NOT NULL DEFAULT -1
      """)
  }

  private func migrate(_ definition: MirrorDefinition, _ transaction: Connection) async throws {
    let existing = try await columns(of: definition, transaction)
    var script: [String] = []
    var isWidened = false
    if existing.isEmpty {
      script.append(creation(of: definition))
    } else {
      try await checkKey(of: definition, transaction)
      let widenings = try widenings(of: definition, existing: existing)
      isWidened = !widenings.isEmpty
      // A view stands in the way of changing the types below it.
      if isWidened { script.append("DROP VIEW IF EXISTS \(definition.mirrorView)") }
      script += widenings + additions(to: definition, existing: existing)
    }
    if definition.hasCompositeKeyColumn {
      let key = MirrorDefinition.compositeKey(definition.keyColumns) { SQLName.quoted($0) }
      script.append(
        "ALTER TABLE \(definition.mirrorTable) ADD COLUMN IF NOT EXISTS \(MirrorDefinition.compositeKeyColumn) text GENERATED ALWAYS AS \(key) STORED"
      )
      script.append(index(definition, MirrorDefinition.compositeKeyColumn))
    }
    if !definition.isKeyless {
      script.append(index(definition, "_deleted_at", where: "_deleted_at IS NOT NULL"))
      let leading = definition.key.first.map { definition.columns[$0].name }
      for column in definition.indexedColumns.sorted() where column != leading || definition.walkedColumns[column] != nil {
        script.append(index(definition, column, then: definition.walkedColumns[column]))
      }
    }
    let shown = try await viewColumns(of: definition, transaction)
    let names = definition.columns.map(\.name)
    if isWidened || shown != names {
      // CREATE OR REPLACE keeps grants and what others have built on the view; it can add columns at the end and nothing else.
      if !isWidened, !names.starts(with: shown) { script.append("DROP VIEW IF EXISTS \(definition.mirrorView)") }
      script.append(view(of: definition))
    }
    script.append(
      """
      INSERT INTO \(definition.registryTable) (mirror, source_schema, source_table)
      VALUES (\(SQLName.literal(definition.mirrorName)), \(SQLName.literal(definition.sourceSchema)), \(SQLName.literal(definition.sourceTable)))
      ON CONFLICT (mirror) DO NOTHING
      """)
    try await transaction.executeScript(script.joined(separator: ";\n"))
  }

  /// NOT NULL of the source is not repeated: the mark of a row that was deleted before it was seen has a key and nothing else.
  private func creation(of definition: MirrorDefinition) -> String {
    var lines = definition.columns.map { "\(SQLName.quoted($0.name)) \($0.mirrorType)" }
    lines.append("_lsn bigint NOT NULL")
    lines.append("_after bigint")
    lines.append("_ts timestamptz")
    if definition.isKeyless {
      lines.append("_row bigint NOT NULL")
      lines.append("PRIMARY KEY (_lsn, _row)")
    } else {
      lines.append("_deleted_at timestamptz")
      lines += definition.columnsWithFormerValue.map { "\(SQLName.quoted("_old_" + $0.name)) \($0.mirrorType)" }
      lines.append("PRIMARY KEY (\(definition.key.map { SQLName.quoted(definition.columns[$0].name) }.joined(separator: ", ")))")
    }
    // Room in each page keeps updates in it, so that they need not touch the indexes.
    return
      "CREATE TABLE \(definition.mirrorTable) (\(lines.joined(separator: ", "))) WITH (fillfactor = \(definition.isKeyless ? 100 : 85))"
  }

  /// The columns of the table, the source's and those that keep former values.
  private func wanted(_ definition: MirrorDefinition) -> [(name: String, column: MirrorColumn)] {
    definition.columns.map { ($0.name, $0) }
      + (definition.isKeyless ? [] : definition.columnsWithFormerValue.map { ("_old_" + $0.name, $0) })
  }

  private func additions(to definition: MirrorDefinition, existing: [String: String]) -> [String] {
    wanted(definition).filter { existing[$0.name] == nil }.flatMap { name, column in
      logger.notice(
        "column added to mirror",
        metadata: ["mirror": "\(definition.mirrorTable)", "column": "\(name)", "type": "\(column.mirrorType)"])
      let alter = "ALTER TABLE \(definition.mirrorTable)"
      guard let value = column.existingValue, name == column.name else {
        return ["\(alter) ADD COLUMN \(SQLName.quoted(name)) \(column.mirrorType)"]
      }
      // As in the source, the rows that are there have the default from now on, without being written; what comes brings its own value.
      return [
        "\(alter) ADD COLUMN \(SQLName.quoted(name)) \(column.mirrorType) DEFAULT \(SQLName.literal(value))",
        "\(alter) ALTER COLUMN \(SQLName.quoted(name)) DROP DEFAULT",
      ]
    }
  }

  private func widenings(of definition: MirrorDefinition, existing: [String: String]) throws -> [String] {
    try wanted(definition).compactMap { name, column in
      guard let found = existing[name], found != column.mirrorType else { return nil }
      guard MirrorTypeChange.isWidening(from: found, to: column.mirrorType) else {
        throw MirrorError(
          .incompatibleMirror,
          "column \(name) of mirror \(definition.mirrorTable) is \(found), its source \(definition.sourceName) has \(column.mirrorType): "
            + "drop the mirror and have it filled by a snapshot, or change the column's type by hand")
      }
      logger.notice(
        "column of a mirror widened",
        metadata: ["mirror": "\(definition.mirrorTable)", "column": "\(name)", "from": "\(found)", "to": "\(column.mirrorType)"])
      return "ALTER TABLE \(definition.mirrorTable) ALTER COLUMN \(SQLName.quoted(name)) TYPE \(column.mirrorType)"
    }
  }

  private func columns(of definition: MirrorDefinition, _ transaction: Connection) async throws -> [String: String] {
    let rows = try await transaction.query(
      """
      SELECT a.attname::text, format_type(a.atttypid, a.atttypmod)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = \(definition.namespace.tables) AND c.relname = \(definition.mirrorName) AND a.attnum > 0 AND NOT a.attisdropped
      """)
    return try Dictionary(
      rows.map { (try $0[0, as: String.self], try $0[1, as: String.self]) }, uniquingKeysWith: { first, _ in first })
  }

  private func viewColumns(of definition: MirrorDefinition, _ transaction: Connection) async throws -> [String] {
    let rows = try await transaction.query(
      """
      SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = \(definition.namespace.views) AND c.relname = \(definition.mirrorName) AND c.relkind = 'v' AND a.attnum > 0
      ORDER BY a.attnum
      """)
    return try rows.map { try $0[0, as: String.self] }
  }

  private func checkKey(of definition: MirrorDefinition, _ transaction: Connection) async throws {
    let rows = try await transaction.query(
      """
      SELECT a.attname::text
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(attnum, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
      WHERE n.nspname = \(definition.namespace.tables) AND c.relname = \(definition.mirrorName) AND i.indisprimary
      ORDER BY k.place
      """)
    let found = try rows.map { try $0[0, as: String.self] }
    let wanted = definition.isKeyless ? ["_lsn", "_row"] : definition.key.map { definition.columns[$0].name }
    guard Set(found) == Set(wanted) else {
      throw MirrorError(
        .incompatibleMirror,
        "mirror \(definition.mirrorTable) has the primary key (\(found.joined(separator: ", "))), its source needs "
          + "(\(wanted.joined(separator: ", "))): drop the mirror and have it filled by a snapshot")
    }
  }

  private func view(of definition: MirrorDefinition) -> String {
    let columns = definition.columns.map { SQLName.quoted($0.name) }.joined(separator: ", ")
    let condition = definition.isKeyless ? "" : " WHERE _deleted_at IS NULL"
    return "CREATE OR REPLACE VIEW \(definition.mirrorView) AS SELECT \(columns) FROM \(definition.mirrorTable)\(condition)"
  }

  private func index(
    _ definition: MirrorDefinition, _ column: String, then: String? = nil, where condition: String? = nil
  ) -> String {
    let columns = [column] + (then.map { [$0] } ?? [])
    let name = definition.mirrorName + "_" + columns.joined(separator: "_")
    // Names are cut at 63 bytes by the server; two that begin alike must not become one.
    let short = name.utf8.count <= 50 ? name : String(name.prefix(20)) + "_" + String(StableHash.of(name.utf8), radix: 36)
    let suffix = condition.map { " WHERE \($0)" } ?? ""
    let list = columns.map(SQLName.quoted).joined(separator: ", ")
    return "CREATE INDEX IF NOT EXISTS \(SQLName.quoted(short + "_idx")) ON \(definition.mirrorTable) (\(list))\(suffix)"
  }
}
