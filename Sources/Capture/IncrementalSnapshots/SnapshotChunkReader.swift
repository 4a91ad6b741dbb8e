internal import ChangeEvents
internal import Logging
internal import Postgres

/// Reads the chunks of an incremental snapshot, each in a read only transaction of its own.
final class SnapshotChunkReader {
  enum Outcome {
    case window(SnapshotWindow, last: [String?], isLast: Bool)
    /// No row is left.
    case end
    /// The table has no row at all.
    case empty
    /// The table cannot be read, and a second try would not help.
    case skip(IncrementalMachine.ScanStatus, reason: String)
    /// Not now: somebody holds the table, or a transaction that was streamed cannot be seen yet.
    case later(reason: String)
  }

  private let configuration: ConnectorConfiguration
  private let planner: RelationPlanner
  private let source: SourceConnection
  private var types: TypeCatalog?
  /// How long the stream waits for somebody who alters the table.
  private static let lockTimeout: Duration = .seconds(1)

  init(configuration: ConnectorConfiguration, planner: RelationPlanner, source: SourceConnection) {
    self.configuration = configuration
    self.planner = planner
    self.source = source
  }

  /// Reads the next chunk of the machine's first table.
  ///
  /// - Parameters:
  ///   - id: names the window.
  ///   - begun: told the table's largest key when the table is begun.
  ///   - accepts: whether a chunk that sees these transactions may be used.
  /// - Throws: `PostgresError` when the connection is gone; what the planner throws.
  func read(
    _ machine: inout IncrementalMachine, id: String, accepts: (TransactionSnapshot) -> Bool
  ) async throws -> (Outcome, [IncrementalMachine.Event]) {
    guard let wanted = machine.table else { return (.end, []) }
    let connection = try await source.open()
    var events: [IncrementalMachine.Event] = []
    var copy = machine
    do {
      let outcome = try await connection.transaction(
        .init(isolation: .readCommitted, isReadOnly: true, lockTimeout: Self.lockTimeout)
      ) { connection in
        try await read(wanted, &copy, &events, id: id, connection: connection, accepts: accepts)
      }
      machine = copy
      return (outcome, events)
    } catch let error as PostgresError where error.classification == .permanent {
      return (.skip(.sqlException, reason: error.description), [])
    } catch let error as PostgresError where error.classification == .retriable {
      return (.later(reason: error.description), [])
    }
  }

  private func read(
    _ wanted: IncrementalState.Table, _ machine: inout IncrementalMachine, _ events: inout [IncrementalMachine.Event], id: String,
    connection: Connection, accepts: (TransactionSnapshot) -> Bool
  ) async throws -> Outcome {
    guard let name = try await find(wanted.name, connection) else {
      return .skip(.unknownSchema, reason: "it is no table that this connector captures")
    }
    // From here on nobody alters the table, so that its description fits its rows.
    let only: Query = configuration.publishViaPartitionRoot ? "" : "ONLY "
    try await connection.execute("LOCK TABLE \(only)\(identifier: name.schema, name.table) IN ACCESS SHARE MODE")
    let catalog = SourceCatalog(connection: connection, publication: configuration.publicationName)
    guard let table = try await catalog.tables([name.oid]).first else { return .skip(.unknownSchema, reason: "it was dropped") }
    let order = Self.order(of: table, surrogateKey: wanted.surrogateKey)
    guard !order.isEmpty else { return .skip(.noPrimaryKey, reason: "it has no primary key; name a surrogate-key") }
    if let missing = order.first(where: { column in column.name != "ctid" && !table.columns.contains { $0.name == column.name } }) {
      return .skip(.sqlException, reason: "it has no column \"\(missing.name)\"")
    }
    let plan = try await plan(table, catalog)
    let query = SnapshotChunkQuery(
      schema: table.schema, table: table.name, includesChildren: configuration.publishViaPartitionRoot,
      columns: table.relation.columns.map(\.name), order: order, conditionOfTheOperatorAsSQL: wanted.filter)
    // Older than what the chunk sees: nothing is taken for seen that is not.
    let seen = try await connection.query("SELECT pg_current_snapshot()::text AS seen").single()["seen", as: String.self]
    guard let snapshot = TransactionSnapshot(seen) else { throw CaptureError.failed("pg_current_snapshot() answered \"\(seen)\"") }
    guard accepts(snapshot) else { return .later(reason: "a transaction that was streamed cannot be seen yet") }
    let columns = order.map(\.name)
    var cursor = machine.cursor(orderedBy: columns)
    if cursor == nil {
      let maximum = try await lastKey(query.maximum, count: columns.count, connection)
      guard let maximum else { return .empty }
      events += machine.begun(columns: columns, maximum: maximum)
      cursor = machine.state.cursor
    }
    guard let cursor else { return .end }
    return try await rows(query, cursor: cursor, window: SnapshotWindow(id: id, plan: plan), connection)
  }

  private func rows(
    _ query: SnapshotChunkQuery, cursor: IncrementalState.Cursor, window: SnapshotWindow, _ connection: Connection
  ) async throws -> Outcome {
    var parser = CopyRowParser()
    var last: [String?] = []
    let limit = configuration.signals.chunkSize
    let copy = query.chunk(after: cursor.last, through: cursor.maximum, limit: limit)
    chunks: for try await chunk in connection.copyOut(copy) {
      var isFull = false
      try chunk.withUnsafeBytes { bytes in
        var start = 0
        while start < bytes.count, !isFull {
          let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
          try parser.parse(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
          last = Self.texts(parser, last: query.order.count)
          try window.add(parser.bytes, fields: Array(parser.fields.prefix(query.columns.count)))
          isFull = window.isFull
          start = end + 1
        }
      }
      // The rest is read as the next chunk: what waits for the stream is bounded in bytes, too.
      if isFull { break chunks }
    }
    guard window.count > 0 else { return .end }
    return .window(window, last: last, isLast: window.count < limit && !window.isFull)
  }

  private func lastKey(_ query: Query, count: Int, _ connection: Connection) async throws -> [String?]? {
    var parser = CopyRowParser()
    var key: [String?]?
    for try await chunk in connection.copyOut(query) where !chunk.isEmpty {
      try chunk.withUnsafeBytes { try parser.parse($0) }
      key = Self.texts(parser, last: count)
    }
    return key
  }

  private static func texts(_ parser: CopyRowParser, last count: Int) -> [String?] {
    parser.fields.suffix(count).map { field in
      if case .text(let range) = field { return String(decoding: parser.bytes[range], as: UTF8.self) }
      return nil
    }
  }

  /// The columns that order a table: the surrogate key and, since it may not be unique, the primary key behind it (without one, the place of
  /// the row); else what the records are keyed by in the catalogue.
  static func order(of table: TableDescription, surrogateKey: String?) -> [SnapshotChunkQuery.OrderColumn] {
    func column(_ name: String) -> SnapshotChunkQuery.OrderColumn {
      .init(name: name, isOptional: table.columns.first { $0.name == name }?.isOptional ?? false)
    }
    // Rows with NULL in a unique key may be alike in all of it: their place tells them apart.
    let tie = table.keyColumns.contains { column($0).isOptional } ? [column("ctid")] : []
    guard let surrogateKey else { return table.keyColumns.map(column) + tie }
    let plain = surrogateKey.filter { $0 != "\"" }
    let name = plain.lowercased() == "ctid" ? "ctid" : plain
    guard name != "ctid" else { return [column(name)] }
    let ties = table.keyColumns.isEmpty ? ["ctid"] : table.keyColumns.filter { $0 != name }
    return ([name] + ties).map(column) + tie
  }

  private func find(_ qualifiedName: String, _ connection: Connection) async throws -> (oid: Int64, schema: String, table: String)? {
    let rows = try await connection.query(
      """
      SELECT c.oid::int8 AS oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname || '.' || c.relname = \(qualifiedName)
      """)
    for row in rows {
      let schema = try row["nspname", as: String.self]
      let table = try row["relname", as: String.self]
      if configuration.captures(schema: schema, table: table) { return (try row["oid", as: Int64.self], schema, table) }
    }
    return nil
  }

  private func plan(_ table: TableDescription, _ catalog: SourceCatalog) async throws -> RelationPlan {
    if let types {
      do { return try planner.plan(table.relation, table: table, catalog: types) } catch let error as ColumnEncodingError
        where error.code == .unknownType
      {}
    }
    let loaded = try await catalog.types()
    types = loaded
    return try planner.plan(table.relation, table: table, catalog: loaded)
  }
}
