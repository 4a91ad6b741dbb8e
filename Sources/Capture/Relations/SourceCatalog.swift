internal import ChangeEvents
internal import Postgres

/// Reads what the stream does not tell from the source's catalogue: tables, keys, defaults, types.
struct SourceCatalog: Sendable {
  let connection: Connection
  /// What says which generated columns the stream carries, so that snapshots carry the same ones.
  ///
  /// PostgreSQL 18 publishes stored ones where the publication says so (`publish_generated_columns = stored`, or a column list that names
  /// them); older servers publish none, nor does any server virtual ones. Debezium 3.6.3 reads them in an initial snapshot in any case, so
  /// that the first change of a row makes them vanish from its record: here both follow the publication.
  let publication: String

  /// The database's own types (enumerations, domains, those of extensions) beside PostgreSQL's.
  func types() async throws -> TypeCatalog {
    let rows = try await connection.query(
      """
      SELECT t.oid::int8 AS oid, t.typname, t.typtype::text, t.typcategory::text, t.typelem::int8 AS typelem,
             t.typbasetype::int8 AS typbasetype, t.typtypmod, t.typdelim::text,
             ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels
      FROM pg_type t WHERE t.oid >= 16384
      """)
    return TypeCatalog(
      try rows.map { row in
        PostgresType(
          oid: UInt32(truncatingIfNeeded: try row["oid", as: Int64.self]), typname: try row["typname", as: String.self],
          typtype: try row["typtype", as: String.self], typcategory: try row["typcategory", as: String.self],
          typelem: UInt32(truncatingIfNeeded: try row["typelem", as: Int64.self]),
          typbasetype: UInt32(truncatingIfNeeded: try row["typbasetype", as: Int64.self]),
          typtypmod: try row["typtypmod", as: Int32.self], labels: try row["labels", as: [String].self],
          typdelim: try row["typdelim", as: String.self])
      })
  }

  /// The ordinary tables that filters let through, in alphabetical order.
  func capturedTables(_ configuration: ConnectorConfiguration) async throws -> [TableDescription] {
    // With publish_via_partition_root the root stands for its partitions, else each partition for itself.
    let viaRoot = configuration.publishViaPartitionRoot
    let ignoresBuiltin = configuration.ignoresBuiltinTables
    let rows = try await connection.query(
      """
      SELECT c.oid::int8 AS oid, n.nspname, c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relpersistence = 'p' AND n.nspname !~ '^pg_(toast|temp)'
        AND NOT (\(ignoresBuiltin) AND (n.nspname IN ('pg_catalog', 'information_schema') OR c.relname = 'spatial_ref_sys'))
        AND ((c.relkind = 'r' AND NOT (c.relispartition AND \(viaRoot))) OR (c.relkind = 'p' AND \(viaRoot) AND NOT c.relispartition))
      """)
    var oids: [Int64] = []
    for row in rows where configuration.captures(schema: try row["nspname", as: String.self], table: try row["relname", as: String.self]) {
      oids.append(try row["oid", as: Int64.self])
    }
    return try await tables(oids).sorted { $0.qualifiedName < $1.qualifiedName }
  }

  /// The same tables after the publication was made or changed, for those whose columns depend on it.
  func current(_ tables: [TableDescription]) async throws -> [TableDescription] {
    guard connection.serverVersion >= PublicationCatalog.publishesGenerated,
      tables.contains(where: { $0.columns.contains { !$0.isPublished } })
    else {
      return tables
    }
    let found = Dictionary(
      try await self.tables(tables.map { Int64($0.oid) }).map { ($0.oid, $0) }, uniquingKeysWith: { first, _ in first })
    return tables.compactMap { found[$0.oid] }
  }

  /// Tables by OID; those that are gone are left out.
  func tables(_ oids: [Int64]) async throws -> [TableDescription] {
    guard !oids.isEmpty else { return [] }
    let heads = try await connection.query(
      """
      SELECT c.oid::int8 AS oid, n.nspname, c.relname, c.relreplident::text AS identity
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid::int8 = ANY(\(oids))
      """)
    let columns = try await columns(oids)
    let generated = try await PublicationCatalog(name: publication, connection: connection).generatedColumns(of: oids)
    let keys = try await uniqueKeys(oids)
    return try heads.map { row in
      let oid = try row["oid", as: Int64.self]
      let letter = try row["identity", as: String.self].utf8.first ?? 0
      let identity = RelationDescription.ReplicaIdentity(rawValue: letter) ?? .default
      var own = columns[oid] ?? []
      for i in own.indices where generated[oid]?.contains(own[i].name) == true { own[i].isPublished = true }
      let unique = keys[oid] ?? []
      let primary = unique.first(where: \.isPrimary)?.columns ?? []
      let identityColumns: [String] =
        switch identity {
        case .default: primary
        case .full: own.map(\.name)
        case .nothing: []
        case .index: unique.first(where: \.isIdentity)?.columns ?? []
        }
      return TableDescription(
        oid: UInt32(truncatingIfNeeded: oid), schema: try row["nspname", as: String.self], name: try row["relname", as: String.self],
        identity: identity, columns: own, keyColumns: primary.isEmpty ? unique.first?.columns ?? [] : primary,
        identityColumns: identityColumns)
    }
  }

  private func columns(_ oids: [Int64]) async throws -> [Int64: [TableDescription.Column]] {
    let rows = try await connection.query(
      """
      SELECT a.attrelid::int8 AS relation, a.attname, a.atttypid::int8 AS type, a.atttypmod,
             a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS required, a.attgenerated <> '' AS generated,
             CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS initial,
             col_description(a.attrelid, a.attnum) AS comment
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid::int8 = ANY(\(oids)) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum
      """)
    var result: [Int64: [TableDescription.Column]] = [:]
    for row in rows {
      result[try row["relation", as: Int64.self], default: []].append(
        .init(
          name: try row["attname", as: String.self], typeOID: UInt32(truncatingIfNeeded: try row["type", as: Int64.self]),
          typeModifier: try row["atttypmod", as: Int32.self], isOptional: !(try row["required", as: Bool.self]),
          defaultExpression: try row["initial", as: String?.self], comment: try row["comment", as: String?.self],
          isPublished: !(try row["generated", as: Bool.self])))
    }
    return result
  }

  private struct UniqueKey {
    var index: String
    var isPrimary: Bool
    var isIdentity: Bool
    var columns: [String]
  }

  /// Unique indexes over plain columns: the primary key first, then by name.
  private func uniqueKeys(_ oids: [Int64]) async throws -> [Int64: [UniqueKey]] {
    let rows = try await connection.query(
      """
      SELECT i.indrelid::int8 AS relation, x.relname AS name, i.indisprimary, i.indisreplident,
             ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position)
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                   WHERE k.position <= i.indnkeyatts ORDER BY k.position) AS columns
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid::int8 = ANY(\(oids)) AND i.indisunique AND i.indisvalid AND NOT 0 = ANY(i.indkey::int2[])
      ORDER BY i.indrelid, i.indisprimary DESC, x.relname
      """)
    var result: [Int64: [UniqueKey]] = [:]
    for row in rows {
      result[try row["relation", as: Int64.self], default: []].append(
        UniqueKey(
          index: try row["name", as: String.self], isPrimary: try row["indisprimary", as: Bool.self],
          isIdentity: try row["indisreplident", as: Bool.self], columns: try row["columns", as: [String].self]))
    }
    return result
  }
}
