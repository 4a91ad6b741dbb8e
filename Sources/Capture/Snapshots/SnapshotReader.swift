internal import ChangeEvents
internal import Logging
internal import Postgres

/// Reads the captured tables as they were at one point, over one connection or several, in bounded memory.
///
/// All connections read one exported snapshot: the slot's, or without a slot the first connection's. Chunks are taken in the order of the
/// tables; what the sink has acknowledged of them can be stored, see ``SnapshotProgress``.
struct SnapshotReader {
  let session: CaptureSession
  let pipeline: DeliveryPipeline
  let tracker: SnapshotProgressTracker
  let notifications: InitialSnapshotNotifications

  private var configuration: ConnectorConfiguration { session.configuration }
  private var settings: SnapshotSettings { session.configuration.snapshot }

  /// Runs the snapshot and hands its rows to the pipeline; it does not wait for their delivery.
  ///
  /// - Parameters:
  ///   - slot: what exports the snapshot and says where it stands in the WAL; nil reads what is committed now.
  ///   - slotPoint: where the slot stands that streams afterwards; nil if there is none, so that nothing can be taken up again.
  ///   - progress: of an earlier attempt, to be taken up.
  /// - Returns: false if it was asked to stop.
  func run(tables: [TableDescription], slot: CreatedSlot?, slotPoint: LSN?, progress: SnapshotProgress?) async throws -> Bool {
    try await within(slot?.snapshotName) { connection in
      if settings.locking == .shared { try await lock(tables, connection) }
      let run = try await plan(tables, slot: slot, slotPoint: slotPoint, progress: progress, connection)
      session.logger.notice(
        progress == nil ? "snapshot begins" : "snapshot goes on where it was interrupted",
        metadata: [
          "tables": "\(run.tables.count)", "chunks": "\(run.chunks.count)", "threads": "\(threads(run))",
          "consistent point": "\(slot?.consistentPoint.description ?? "now")",
        ])
      let isComplete = try await read(run, connection, snapshot: slot?.snapshotName)
      if isComplete {
        session.metrics.reportSnapshot(tables: run.tables.count, left: 0, seconds: run.report.seconds)
        session.logger.notice(
          "snapshot read", metadata: ["rows": "\(run.report.totalRows)", "seconds": "\(run.report.seconds)"])
      }
      return isComplete
    }
  }

  private func threads(_ run: SnapshotRun) -> Int { max(1, min(settings.maxThreads, run.chunks.count)) }

  private func read(_ run: SnapshotRun, _ connection: Connection, snapshot: String?) async throws -> Bool {
    let isComplete: Bool
    if threads(run) == 1 {
      isComplete = try await SnapshotWorker(run, number: 0, connection: connection).work()
    } else {
      // What else reads has to see what this connection sees.
      var name = snapshot
      if name == nil, settings.isolation == .serializable || settings.isolation == .repeatableRead {
        name = try await connection.query("SELECT pg_export_snapshot() AS name").single()["name", as: String.self]
      }
      isComplete = try await share(run, connection, snapshot: name)
    }
    let last = SnapshotWorker(run, number: threads(run), connection: connection)
    if isComplete { try last.finish() }
    if isComplete { notifications.completed() } else { notifications.aborted() }
    try await last.flush()
    return isComplete
  }

  private func share(_ run: SnapshotRun, _ connection: Connection, snapshot: String?) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask { try await SnapshotWorker(run, number: 0, connection: connection).work() }
      for number in 1..<threads(run) {
        group.addTask {
          try await within(snapshot) { try await SnapshotWorker(run, number: number, connection: $0).work() }
        }
      }
      var isComplete = true
      for try await result in group where !result { isComplete = false }
      return isComplete
    }
  }

  /// Runs `body` in a transaction of its own connection.
  private func within<T: Sendable>(_ snapshot: String?, _ body: (Connection) async throws -> T) async throws -> T {
    let connection = try await Connection.connect(configuration.database, logger: session.logger)
    do {
      if let statements = configuration.initialStatements { try await connection.executeScript(statements) }
      let result = try await connection.transaction(options(snapshot), body)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// An exported snapshot can be read at `repeatable read` alone, whatever `snapshot.isolation.mode` says: so does Debezium.
  private func options(_ snapshot: String?) -> TransactionOptions {
    let lockTimeout = settings.locking == .shared ? settings.lockTimeout : nil
    if let snapshot {
      return TransactionOptions(isolation: .repeatableRead, isReadOnly: true, snapshot: snapshot, lockTimeout: lockTimeout)
    }
    switch settings.isolation {
    case .serializable:
      return TransactionOptions(isolation: .serializable, isReadOnly: true, isDeferrable: true, lockTimeout: lockTimeout)
    case .repeatableRead: return TransactionOptions(isolation: .repeatableRead, isReadOnly: true, lockTimeout: lockTimeout)
    // READ UNCOMMITTED is READ COMMITTED in PostgreSQL.
    case .readCommitted, .readUncommitted:
      return TransactionOptions(isolation: .readCommitted, isReadOnly: true, lockTimeout: lockTimeout)
    }
  }

  /// `snapshot.locking.mode=shared`: nobody alters or drops a table until it was read; writes go on.
  private func lock(_ tables: [TableDescription], _ connection: Connection) async throws {
    for table in tables where configuration.snapshotFilter.accepts(table.qualifiedName) {
      do {
        try await connection.execute("LOCK TABLE \(identifier: table.schema, table.name) IN ACCESS SHARE MODE")
      } catch let error as PostgresError where error.sqlState?.rawValue == "55P03" {
        throw PostgresError(
          origin: .server, operation: .query, sqlState: .objectInUse,
          message: "the lock of \(table.qualifiedName) was not given within snapshot.lock.timeout.ms (\(settings.lockTimeout))")
      }
    }
  }

  private func plan(
    _ captured: [TableDescription], slot: CreatedSlot?, slotPoint: LSN?, progress: SnapshotProgress?, _ connection: Connection
  ) async throws -> SnapshotRun {
    let planner = SnapshotPlanner(configuration: configuration, connection: connection, logger: session.logger)
    let tables = try await planner.tables(captured)
    let types = try await SourceCatalog(connection: connection, publication: configuration.publicationName).types()
    let source = try await source(connection, consistentPoint: slot?.consistentPoint)
    var next: SnapshotProgress?
    if let slotPoint {
      let text = try await connection.query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon").single()[
        "horizon", as: String.self]
      next = progress ?? UInt64(text).map { SnapshotProgress(slotPoint: slotPoint, horizon: $0) }
      for table in tables {
        if let known = next?.tables[table.name], known.oid == table.description.oid, known.file == table.file { continue }
        next?.tables[table.name] = .init(oid: table.description.oid, file: table.file)
      }
    }
    tracker.begin(next, tables: tables.map(\.name))
    return SnapshotRun(
      session: session, pipeline: pipeline, tracker: tracker, tables: tables,
      chunks: SnapshotPlanner.chunks(tables, settings: settings, progress: next), progress: next, horizon: next?.horizon ?? 0, types: types,
      source: source, notifications: notifications)
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
