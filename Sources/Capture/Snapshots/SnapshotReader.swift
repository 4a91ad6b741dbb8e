internal import ChangeEvents
internal import Logging
internal import Postgres

/// Reads the captured tables in one repeatable read transaction, in bounded memory, tables in alphabetical order.
struct SnapshotReader {
  let configuration: ConnectorConfiguration
  let connection: Connection
  let planner: RelationPlanner
  let encoder: ChangeEncoder
  let pipeline: DeliveryPipeline
  let stop: StopSignal
  let metrics: CaptureMetrics
  let notifications: InitialSnapshotNotifications
  let logger: Logger
  let batchBytes: Int
  /// Told after each batch.
  let onProgress: (CaptureCounters) -> Void

  /// Runs the snapshot and hands its rows to the pipeline; it does not wait for their delivery.
  ///
  /// - Parameters:
  ///   - snapshot: the exported snapshot to read; nil reads what is committed now.
  ///   - consistentPoint: where the snapshot stands in the WAL; nil asks the server.
  /// - Returns: false if it was asked to stop.
  func run(tables: [TableDescription], snapshot: String?, consistentPoint: LSN?) async throws -> Bool {
    let tables = tables.filter { configuration.snapshotFilter.accepts($0.qualifiedName) }
    logger.notice(
      "snapshot begins", metadata: ["tables": "\(tables.count)", "consistent point": "\(consistentPoint?.description ?? "now")"])
    return try await connection.transaction(.init(isolation: .repeatableRead, isReadOnly: true, snapshot: snapshot)) { connection in
      try await read(tables, connection: connection, consistentPoint: consistentPoint)
    }
  }

  private func read(_ tables: [TableDescription], connection: Connection, consistentPoint: LSN?) async throws -> Bool {
    let begin = ContinuousClock.now
    let types = try await SourceCatalog(connection: connection).types()
    let rows = SnapshotRows(encoder: encoder, source: try await source(connection, consistentPoint: consistentPoint))
    let names = tables.map(\.qualifiedName)
    for (number, table) in tables.enumerated() {
      metrics.reportSnapshot(tables: tables.count, left: tables.count - number, seconds: (ContinuousClock.now - begin).seconds)
      notifications.inProgress(table.qualifiedName, of: names)
      rows.begin(try planner.plan(table.relation, table: table, catalog: types))
      for try await chunk in connection.copyOut(copy(table)) {
        guard !stop.isTriggered else { return false }
        try rows.add(chunk)
        if encoder.batch.byteCount >= batchBytes { try await flush() }
      }
      metrics.report(table: table.qualifiedName, rows: rows.rowsOfTable)
      notifications.scanned(table.qualifiedName, rows: rows.rowsOfTable, of: names)
    }
    try rows.end()
    try await flush()
    let seconds = (ContinuousClock.now - begin).seconds
    metrics.reportSnapshot(tables: tables.count, left: 0, seconds: seconds)
    logger.notice("snapshot read", metadata: ["rows": "\(encoder.counters.snapshotRows)", "seconds": "\(seconds)"])
    return true
  }

  /// Hands on what was made so far, notifications included.
  func flush() async throws {
    try notifications.service.write(to: encoder)
    let (batch, _) = encoder.takeBatch()
    try await pipeline.submit(batch, completes: nil, insideTransaction: false)
    onProgress(encoder.counters)
  }

  private func copy(_ table: TableDescription) -> Query {
    let columns = table.relation.columns.map(\.name)
    // Without ONLY the rows of child tables, which are captured by themselves, would be read twice; a partitioned root has none of its own.
    let only: Query = configuration.publishViaPartitionRoot ? "" : "ONLY "
    return "COPY (SELECT \(identifiers: columns) FROM \(only)\(identifier: table.schema, table.name)) TO STDOUT"
  }

  private func source(_ connection: Connection, consistentPoint: LSN?) async throws -> SourceInfo {
    let row = try await connection.query(
      """
      SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8 AS now,
             CASE WHEN pg_is_in_recovery() THEN NULL ELSE txid_current() END AS transaction,
             (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS lsn
      """
    ).single()
    let lsn = try consistentPoint ?? LSN(row["lsn", as: String.self])
    return SourceInfo(tsUs: try row["now", as: Int64.self], lsn: lsn?.rawValue, txID: try row["transaction", as: Int64?.self])
  }
}
