internal import Postgres

/// The statements that put one version of a projection in the place of another. PostgreSQL's DDL is transactional: readers see the one or
/// the other.
///
/// Who has planned a statement on a relation that moves is told by PostgreSQL's invalidations, which are read when the relation's lock is
/// taken: the statement is analysed again, by name, and finds the relation that has the name then.
struct VersionSwitchStore: Sendable {
  let relations: [VersionedRelation]

  /// Those relations that are there, with the kind that `ALTER` and `DROP` want to be named.
  func existing(in schemas: (String) -> String, _ connection: Connection) async throws -> [(relation: VersionedRelation, isView: Bool)] {
    let rows = try await connection.query(
      """
      SELECT w.number, c.relkind = 'v' AS is_view
      FROM unnest(\(relations.map { schemas($0.schema) })::text[], \(relations.map(\.name))::text[])
        WITH ORDINALITY AS w (schema_name, relation_name, number)
      JOIN pg_namespace n ON n.nspname = w.schema_name
      JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation_name AND c.relkind IN ('r', 'p', 'v', 'm')
      ORDER BY w.number
      """)
    return try rows.compactMap { row in
      let number = Int(try row["number", as: Int64.self]) - 1
      guard relations.indices.contains(number) else { return nil }
      return (relations[number], try row["is_view", as: Bool.self])
    }
  }

  /// Creates the schemas of a version.
  func createSchemas(_ version: ReadModelVersion, _ connection: Connection) async throws {
    for schema in Set(relations.map(\.schema)).sorted() {
      try await connection.execute("CREATE SCHEMA IF NOT EXISTS \(identifier: version.schema(for: schema))")
    }
  }

  /// Waits for all who are writing the live tables, and keeps others from it until the transaction ends. Readers go on.
  func lockWriters(_ transaction: Connection) async throws {
    for (relation, isView) in try await existing(in: { $0 }, transaction) where !isView {
      try await transaction.execute(
        "LOCK TABLE \(identifier: relation.schema).\(identifier: relation.name) IN SHARE ROW EXCLUSIVE MODE")
    }
  }

  /// Puts `new` in the place of `live`, whose relations go to its own schemas; rights are copied.
  func swap(live: ReadModelVersion, new: ReadModelVersion, _ transaction: Connection) async throws {
    let current = try await existing(in: { $0 }, transaction)
    try await createSchemas(live, transaction)
    for (relation, _) in current { try await copyRights(of: relation, to: new, transaction) }
    for (relation, _) in current {
      try await transaction.execute(
        """
        ALTER TABLE \(identifier: relation.schema).\(identifier: relation.name)
        SET SCHEMA \(identifier: live.schema(for: relation.schema))
        """)
    }
    for (relation, _) in try await existing(in: { new.schema(for: $0) }, transaction) {
      try await transaction.execute(
        """
        ALTER TABLE \(identifier: new.schema(for: relation.schema)).\(identifier: relation.name) SET SCHEMA \(identifier: relation.schema)
        """)
    }
    try await dropEmptySchemas(new, transaction)
  }

  private func dropEmptySchemas(_ version: ReadModelVersion, _ transaction: Connection) async throws {
    let schemas = Set(relations.map { version.schema(for: $0.schema) })
    let rows = try await transaction.query(
      """
      SELECT n.nspname::text FROM pg_namespace n
      WHERE n.nspname = ANY(\(schemas.sorted())::text[])
        AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid)
        AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid)
        AND NOT EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = n.oid)
      """)
    for row in rows { try await transaction.execute("DROP SCHEMA \(identifier: try row[0, as: String.self])") }
  }

  /// Views and functions outside of the projection that would go on reading the relations that they were made with.
  func dependents(_ connection: Connection) async throws -> [String] {
    let rows = try await connection.query(
      """
      WITH live AS (
        SELECT c.oid FROM unnest(\(relations.map(\.schema))::text[], \(relations.map(\.name))::text[]) AS w (schema_name, relation_name)
        JOIN pg_namespace n ON n.nspname = w.schema_name JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation_name)
      SELECT DISTINCT format('%I.%I', n.nspname, c.relname)
      FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid IN (SELECT oid FROM live) AND c.oid NOT IN (SELECT oid FROM live)
      UNION
      SELECT DISTINCT format('foreign key %I of %s', k.conname, k.conrelid::regclass)
      FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid IN (SELECT oid FROM live) AND k.conrelid NOT IN (SELECT oid FROM live)
      ORDER BY 1
      """)
    return try rows.map { try $0[0, as: String.self] }
  }

  /// Columns that the live views show and those of the version do not, or with another type, as `schema.view.column`. Tables are not asked: a table
  /// keeps a column that its source has no more, its view does not.
  func missingColumns(of version: ReadModelVersion, _ connection: Connection) async throws -> [String] {
    let rows = try await connection.query(
      """
      WITH shown AS (
        SELECT w.live_schema, w.version_schema, w.relation_name, n.nspname, a.attname, format_type(a.atttypid, a.atttypmod) AS type
        FROM unnest(\(relations.map(\.schema))::text[], \(relations.map { version.schema(for: $0.schema) })::text[],
          \(relations.map(\.name))::text[]) AS w (live_schema, version_schema, relation_name)
        JOIN pg_namespace n ON n.nspname IN (w.live_schema, w.version_schema)
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation_name AND c.relkind = 'v'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
      SELECT format('%s.%s.%s', l.live_schema, l.relation_name, l.attname)
      FROM shown l
      WHERE l.nspname = l.live_schema
        AND EXISTS (SELECT FROM shown v WHERE v.nspname = l.version_schema AND (v.live_schema, v.relation_name) = (l.live_schema, l.relation_name))
        AND NOT EXISTS (
          SELECT FROM shown v
          WHERE v.nspname = l.version_schema AND (v.live_schema, v.relation_name, v.attname, v.type) = (l.live_schema, l.relation_name, l.attname, l.type))
      ORDER BY 1
      """)
    return try rows.map { try $0[0, as: String.self] }
  }

  /// Indexes that somebody has added to the live tables are made on the version's, too.
  func copyIndexes(to version: ReadModelVersion, _ connection: Connection) async throws {
    for relation in relations {
      let schema = version.schema(for: relation.schema)
      let rows = try await connection.query(
        """
        SELECT replace(pg_get_indexdef(i.indexrelid), format(' ON %I.%I USING ', n.nspname, t.relname),
          format(' ON %I.%I USING ', \(schema)::text, t.relname)) AS statement
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
          JOIN pg_class x ON x.oid = i.indexrelid
        WHERE n.nspname = \(relation.schema) AND t.relname = \(relation.name) AND t.relkind = 'r' AND NOT i.indisprimary AND i.indisvalid
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
          AND NOT EXISTS (
            SELECT FROM pg_class o JOIN pg_namespace s ON s.oid = o.relnamespace WHERE s.nspname = \(schema) AND o.relname = x.relname)
        """)
      for row in rows { try await connection.executeScript(try row["statement", as: String.self]) }
    }
  }

  /// Lets the planner know what is in the version's tables before the first query comes.
  func analyze(_ version: ReadModelVersion, _ connection: Connection) async throws {
    for (relation, isView) in try await existing(in: { version.schema(for: $0) }, connection) where !isView {
      try await connection.execute("ANALYZE \(identifier: version.schema(for: relation.schema), relation.name)", timeout: .seconds(600))
    }
  }

  /// Drops a version that is not live.
  ///
  /// - Throws: ``RebuildError`` (`hasDependents`) where something outside of it depends on it.
  func drop(_ version: ReadModelVersion, _ transaction: Connection) async throws {
    let schemas = Set(relations.map { version.schema(for: $0.schema) }).sorted()
    let outside = try await transaction.query(
      """
      SELECT DISTINCT format('%I.%I', n.nspname, c.relname)
      FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass JOIN pg_namespace s ON s.oid = t.relnamespace
      WHERE s.nspname = ANY(\(schemas)::text[]) AND NOT n.nspname = ANY(\(schemas)::text[]) ORDER BY 1
      """)
    let names = try outside.map { try $0[0, as: String.self] }
    guard names.isEmpty else {
      throw RebuildError(
        .hasDependents, "\(version) is still read by \(names.joined(separator: ", ")): drop these first, or let them read the live version")
    }
    for schema in schemas { try await transaction.execute("DROP SCHEMA IF EXISTS \(identifier: schema) CASCADE") }
  }

  private func copyRights(of relation: VersionedRelation, to version: ReadModelVersion, _ transaction: Connection) async throws {
    let target = version.schema(for: relation.schema)
    let rows = try await transaction.query(
      """
      SELECT format('GRANT %s ON %I.%I TO %s%s', a.privilege_type, \(target)::text, \(relation.name)::text,
        CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS statement
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
      WHERE n.nspname = \(relation.schema) AND c.relname = \(relation.name) AND a.grantee <> c.relowner
        AND EXISTS (SELECT FROM pg_class o JOIN pg_namespace s ON s.oid = o.relnamespace
          WHERE s.nspname = \(target) AND o.relname = \(relation.name))
      """)
    for row in rows { try await transaction.executeScript(try row["statement", as: String.self]) }
  }
}
