internal import Logging
internal import Postgres

/// Decides what a snapshot reads, in which order and in which parts. Asked within the snapshot's transaction.
struct SnapshotPlanner {
  let configuration: ConnectorConfiguration
  let connection: Connection
  let logger: Logger

  private var settings: SnapshotSettings { configuration.snapshot }

  func tables(_ captured: [TableDescription]) async throws -> [SnapshotTable] {
    let chosen = order(captured.filter { configuration.snapshotFilter.accepts($0.qualifiedName) })
    let sizes = try await sizes(chosen)
    var tables: [SnapshotTable] = []
    for description in chosen {
      // A table that was dropped meanwhile.
      guard var table = sizes[description.oid] else { continue }
      table.description = description
      if let statement = settings.overrides[description.qualifiedName] {
        table.override = (statement, try await columns(of: statement, table: description))
        table.isDivisible = false
      }
      tables.append(table)
    }
    switch settings.rowCountOrder {
    case .disabled: return tables
    case .ascending: return try await counted(tables).sorted { $0.rows < $1.rows }.map(\.table)
    case .descending: return try await counted(tables).sorted { $0.rows > $1.rows }.map(\.table)
    }
  }

  /// In the order of the patterns of `table.include.list`, else of `snapshot.include.collection.list`; by name where one pattern matches several.
  private func order(_ tables: [TableDescription]) -> [TableDescription] {
    let patterns: [NamePattern]
    switch (configuration.tableFilter.rule, configuration.snapshotFilter.rule) {
    case (.including(let list), _): patterns = list
    case (_, .including(let list)): patterns = list
    default: return tables
    }
    let places = tables.map { table in patterns.firstIndex { $0.matches(table.qualifiedName) } ?? patterns.count }
    return tables.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { tables[$0] }
  }

  private func sizes(_ tables: [TableDescription]) async throws -> [UInt32: SnapshotTable] {
    let rows = try await connection.query(
      """
      SELECT c.oid::int8 AS oid, c.relkind = 'p' AS partitioned, coalesce(a.amname = 'heap', false) AS heap,
             coalesce(pg_relation_filenode(c.oid)::int8, 0) AS file, c.reltuples::float8 AS tuples, c.relpages,
             CASE WHEN c.relkind = 'r' THEN pg_relation_size(c.oid) / current_setting('block_size')::int8 ELSE 0 END AS pages,
             (SELECT sum(greatest(p.reltuples, 0))::float8 FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid
              WHERE c.relkind = 'p' AND t.isleaf) AS partitions
      FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam WHERE c.oid::int8 = ANY(\(tables.map { Int64($0.oid) }))
      """)
    var result: [UInt32: SnapshotTable] = [:]
    let descriptions = Dictionary(tables.map { ($0.oid, $0) }, uniquingKeysWith: { first, _ in first })
    for row in rows {
      let oid = UInt32(truncatingIfNeeded: try row["oid", as: Int64.self])
      guard let description = descriptions[oid] else { continue }
      let pages = try row["pages", as: Int64.self]
      let isPartitioned = try row["partitioned", as: Bool.self]
      let tuples = try isPartitioned ? row["partitions", as: Double?.self] ?? 0 : row["tuples", as: Double.self]
      let counted = Double(try row["relpages", as: Int32.self])
      // As the planner does: the density that was found last, over the pages that are there now.
      let estimate = isPartitioned ? tuples : counted > 0 ? tuples / counted * Double(pages) : tuples
      result[oid] = SnapshotTable(
        description: description, pages: pages, file: try row["file", as: Int64.self],
        estimatedRows: tuples > 0 && estimate < 1e15 ? Int64(estimate) : nil,
        isDivisible: try row["heap", as: Bool.self] && !isPartitioned, override: nil, isPartitioned: isPartitioned)
    }
    return result
  }

  /// Small tables are counted, because statistics do not tell them apart.
  private func counted(_ tables: [SnapshotTable]) async throws -> [(table: SnapshotTable, rows: Int64)] {
    var result: [(table: SnapshotTable, rows: Int64)] = []
    for table in tables {
      var rows = table.estimatedRows ?? table.pages
      if table.estimatedRows == nil || table.pages < 128, table.pages < 65_536 {
        let only: Query = table.isPartitioned ? "" : "ONLY "
        rows = try await connection.query(
          "SELECT count(*) AS rows FROM \(only)\(identifier: table.description.schema, table.description.name)"
        ).single()["rows", as: Int64.self]
      }
      result.append((table, rows))
    }
    return result
  }

  /// The columns that a statement of the configuration gives.
  private func columns(of statement: String, table: TableDescription) async throws -> Set<String> {
    do {
      let rows = try await connection.query("SELECT * FROM (\(Query(unescaped: statement))) AS chosen LIMIT 0")
      return Set(rows.columns.map(\.name))
    } catch let error as PostgresError where error.origin == .server && error.classification == .permanent {
      throw CaptureError.configuration(
        "\(configuration.origin): key \"snapshot.select.statement.overrides.\(table.qualifiedName)\" is no statement that the server takes",
        cause: error.description)
    }
  }

  /// The chunks that are left, in order: for each table what changed in what was read, then what was not read.
  static func chunks(
    _ tables: [SnapshotTable], settings: SnapshotSettings, progress: SnapshotProgress?
  ) -> [SnapshotChunk] {
    var chunks: [SnapshotChunk] = []
    for (number, table) in tables.enumerated() {
      var parts: [(pages: Range<Int64>?, isChangedOnly: Bool)] = []
      let known = progress?.tables[table.name]
      let done = known.map { $0.oid == table.description.oid && $0.file == table.file ? $0.done : PageRanges() } ?? PageRanges()
      if table.isDivisible {
        parts += done.ranges.map { ($0, true) }
        let size = chunkPages(table, settings)
        for rest in done.rest {
          var start = rest.lowerBound
          // The table's last chunk has no end.
          while start + size < min(rest.upperBound, table.pages) {
            parts.append((start..<(start + size), false))
            start += size
          }
          parts.append((start..<rest.upperBound, false))
        }
      } else if !done.isComplete {
        parts.append((nil, false))
      }
      for (index, part) in parts.enumerated() {
        chunks.append(
          SnapshotChunk(number: chunks.count, table: number, index: index, pages: part.pages, isChangedOnly: part.isChangedOnly))
      }
    }
    return chunks
  }

  private static func chunkPages(_ table: SnapshotTable, _ settings: SnapshotSettings) -> Int64 {
    let size = settings.chunkPages ?? 4096
    guard settings.maxThreads > 1 || settings.multiplier > 1 else { return size }
    if settings.isWholeTables { return PageRanges.endless }
    let parts = Int64(settings.maxThreads * (settings.tableMultipliers[table.name] ?? settings.multiplier))
    // Below a few pages a chunk costs more to ask for than to read.
    return min(size, max((table.pages + parts - 1) / parts, settings.chunkPages == nil ? 32 : 1))
  }
}
