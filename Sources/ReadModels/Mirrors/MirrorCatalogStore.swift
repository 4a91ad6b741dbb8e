public import Postgres

internal import ChangeEvents

extension MirrorCatalog {
  /// Reads what the mirrors of `tables` have to look like from the catalogue of the source's database.
  ///
  /// The key is the primary key or else the unique index that is the table's replica identity. Generated columns are left out, also
  /// those that a publication of PostgreSQL 18 sends: the setting can come and go, and rows that were written before have no value of them.
  ///
  /// - Parameters:
  ///   - source: A connection to the source database; any role that can connect may read the catalogue.
  ///   - tables: `schema.table`, or `table` for one of `public`.
  ///   - namespace: Where the mirrors go.
  /// - Throws: ``MirrorError`` (`unknownTable`) where a table is not there, and what the database throws.
  public static func load(from source: Connection, tables: [String], namespace: MirrorNamespace) async throws -> MirrorCatalog {
    let names = tables.map { name -> (schema: String, table: String) in
      let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return parts.count == 2 ? (parts[0], parts[1]) : ("public", name)
    }
    let types = try await loadTypes(source)
    let rows = try await source.query(
      """
      SELECT n.nspname::text, c.relname::text, a.attname::text, a.atttypid::bigint, a.atttypmod,
        format_type(a.atttypid, a.atttypmod), a.attgenerated <> '' AS generated, a.attcollation <> 0 AS collatable,
        coalesce((
          SELECT array_position(i.indkey::int2[], a.attnum) FROM pg_index i
          WHERE i.indrelid = c.oid AND (i.indisprimary OR i.indisreplident) ORDER BY i.indisprimary DESC LIMIT 1), -1)::bigint AS place,
        CASE WHEN a.atthasmissing THEN array_to_string(a.attmissingval::text::text[], '') END AS missing
      FROM unnest(\(names.map(\.schema)), \(names.map(\.table))) WITH ORDINALITY w(schema, name, place)
        JOIN pg_namespace n ON n.nspname = w.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p')
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY w.place, a.attnum
      """)
    var loaded: [CatalogColumn] = []
    for row in rows {
      let typeOID = UInt32(truncatingIfNeeded: try row[3, as: Int64.self])
      let typmod = try row[4, as: Int32.self]
      loaded.append(
        CatalogColumn(
          schema: try row[0, as: String.self], table: try row[1, as: String.self], name: try row[2, as: String.self], typeOID: typeOID,
          typmod: typmod, sourceType: try row[5, as: String.self], isGenerated: try row[6, as: Bool.self],
          isCollatable: try row[7, as: Bool.self], keyPlace: Int(try row[8, as: Int64.self]),
          target: target(of: typeOID, typmod: typmod, in: types), existingValue: try row[9, as: String?.self]))
    }
    let mirrorTypes = try await typeNames(of: Set(loaded.map(\.target)), source)
    let definitions = try names.map { name in
      let columns = loaded.filter { $0.schema == name.schema && $0.table == name.table }
      guard !columns.isEmpty else {
        throw MirrorError(
          .unknownTable, "the source has no table \(name.schema).\(name.table), or it has no columns: check the name in the configuration")
      }
      return definition(of: columns, namespace: namespace, mirrorTypes: mirrorTypes)
    }
    return MirrorCatalog(definitions: definitions, types: types)
  }

  private struct CatalogColumn {
    let schema: String
    let table: String
    let name: String
    let typeOID: UInt32
    let typmod: Int32
    let sourceType: String
    let isGenerated: Bool
    let isCollatable: Bool
    /// Place in the key, -1 for none.
    let keyPlace: Int
    let target: Target
    let existingValue: String?
  }

  private static func definition(
    of columns: [CatalogColumn], namespace: MirrorNamespace, mirrorTypes: [Target: String]
  ) -> MirrorDefinition {
    let mirrored = columns.filter { !$0.isGenerated }
    let key = mirrored.indices.filter { mirrored[$0].keyPlace >= 0 }.sorted { mirrored[$0].keyPlace < mirrored[$1].keyPlace }
    return MirrorDefinition(
      sourceSchema: columns[0].schema, sourceTable: columns[0].table, namespace: namespace,
      columns: mirrored.map { column in
        let isArray =
          switch column.target {
          case .text(let isArray), .builtin(_, _, let isArray): isArray
          }
        var described = MirrorColumn(
          name: column.name, typeOID: column.typeOID, typmod: column.typmod, sourceType: column.sourceType,
          mirrorType: mirrorTypes[column.target], isArray: isArray, isCollatable: column.isCollatable)
        // The text of an array inside an array would have lost its braces.
        if !isArray { described.existingValue = column.existingValue }
        return described
      }, key: key, omittedColumns: Set(columns.filter(\.isGenerated).map(\.name)))
  }

  private static func loadTypes(_ source: Connection) async throws -> TypeCatalog {
    let rows = try await source.query(
      """
      SELECT t.oid::bigint, t.typname::text, t.typtype::text, t.typcategory::text, t.typelem::bigint, t.typbasetype::bigint, t.typtypmod,
        coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '{}')
      FROM pg_type t WHERE t.oid >= \(Int64(firstUserOID))
      """)
    return TypeCatalog(
      try rows.map { row in
        PostgresType(
          oid: UInt32(truncatingIfNeeded: try row[0, as: Int64.self]), typname: try row[1, as: String.self],
          typtype: try row[2, as: String.self], typcategory: try row[3, as: String.self],
          typelem: UInt32(truncatingIfNeeded: try row[4, as: Int64.self]),
          typbasetype: UInt32(truncatingIfNeeded: try row[5, as: Int64.self]), typtypmod: try row[6, as: Int32.self],
          labels: try row[7, as: [String].self])
      })
  }

  private static func typeNames(of targets: Set<Target>, _ source: Connection) async throws -> [Target: String] {
    var names: [Target: String] = [:]
    var asked: [(target: Target, oid: UInt32, typmod: Int32, isArray: Bool)] = []
    for target in targets {
      switch target {
      case .text(let isArray): names[target] = isArray ? "text[]" : "text"
      case .builtin(let oid, let typmod, let isArray): asked.append((target, oid, typmod, isArray))
      }
    }
    let rows = try await source.query(
      """
      SELECT format_type(a.type::oid, a.typmod) FROM unnest(\(asked.map { Int64($0.oid) }), \(asked.map(\.typmod)))
        WITH ORDINALITY a(type, typmod, place) ORDER BY a.place
      """)
    for (asked, row) in zip(asked, rows) {
      let name = try row[0, as: String.self]
      names[asked.target] = asked.isArray && !name.hasSuffix("[]") ? name + "[]" : name
    }
    return names
  }
}
