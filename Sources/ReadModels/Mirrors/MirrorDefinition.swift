/// What a mirrored table looks like: the columns and the key of the source, and where its mirror is.
public struct MirrorDefinition: Sendable, Hashable {
  /// The columns that the read database adds to each mirror; a source's column of such a name is refused.
  ///
  /// - `_lsn`: the LSN of the change that wrote the row.
  /// - `_after`: the LSN of the last commit before that change's transaction; NULL for a row that a snapshot read.
  /// - `_ts`: when the source committed it.
  /// - `_deleted_at`: when the row was marked as deleted; NULL while it lives. A deleted row keeps its last known values until it is pruned.
  /// - `_old_<column>`: the value before the last change, for columns that documents are found by.
  /// - `_row`: in a mirror without a key, what tells rows of one LSN apart.
  /// - `_document_key`: generated from the key's columns where documents are keyed by several.
  static let technicalColumns: Set<String> = ["_lsn", "_after", "_ts", "_deleted_at", "_row", compositeKeyColumn]

  /// The source's schema.
  public var sourceSchema: String
  /// The source's table.
  public var sourceTable: String
  /// Where the mirror lives.
  public var namespace: MirrorNamespace
  /// The mirrored columns in the source's order.
  public var columns: [MirrorColumn]
  /// The numbers in `columns` of the primary key's columns, in the key's order; empty for a table without one, whose mirror is a log.
  public var key: [Int]
  /// Columns of the source that are not mirrored, whether events carry them or not: generated columns, and types without a mapping.
  public var omittedColumns: Set<String>
  /// Columns whose former value is kept in `_old_<column>`: those that documents are found by. Key columns need none.
  public var trackedColumns: Set<String>
  /// Whether the mirror has a column for the key of documents that are keyed by several columns.
  var hasCompositeKeyColumn = false
  /// Columns that get an index of their own.
  public var indexedColumns: Set<String>
  /// By a column with an index, the column whose values are walked in their order below each of its values: it follows in the index.
  public var walkedColumns: [String: String] = [:]

  /// Describes a mirror.
  public init(
    sourceSchema: String = "public", sourceTable: String, namespace: MirrorNamespace, columns: [MirrorColumn], key: [Int],
    omittedColumns: Set<String> = [], trackedColumns: Set<String> = [], indexedColumns: Set<String> = []
  ) {
    self.sourceSchema = sourceSchema
    self.sourceTable = sourceTable
    self.namespace = namespace
    self.columns = columns
    self.key = key
    self.omittedColumns = omittedColumns
    self.trackedColumns = trackedColumns
    self.indexedColumns = indexedColumns
  }

  /// `schema.table` of the source, for messages.
  public var sourceName: String { sourceSchema + "." + sourceTable }
  /// The table's name in both mirror schemas.
  public var mirrorName: String { namespace.mirrorName(schema: sourceSchema, table: sourceTable) }
  /// The mirror table, quoted for SQL.
  public var mirrorTable: String { SQLName.qualified(namespace.tables, mirrorName) }
  /// The view of its live rows, quoted for SQL.
  public var mirrorView: String { SQLName.qualified(namespace.views, mirrorName) }
  /// The table that remembers what concerns each mirror as a whole, quoted for SQL.
  var registryTable: String { SQLName.qualified(namespace.tables, Self.registryName) }
  /// The name of that table.
  static let registryName = "_mirrors"
  /// Whether the mirror is an insert-only log.
  public var isKeyless: Bool { key.isEmpty }

  /// Those of `trackedColumns` that can change in a row: the key's columns cannot.
  var columnsWithFormerValue: [MirrorColumn] {
    columns.enumerated().filter { trackedColumns.contains($1.name) && !key.contains($0) }.map(\.element)
  }
}
