public import Logging

/// A connection in replication mode (`replication=database`): commands of the walsender, and simple queries.
///
/// Source: PostgreSQL documentation, "Streaming Replication Protocol".
public final class ReplicationConnection: Sendable {
  private let thread: ConnectionThread
  /// What the connection was made with.
  public let configuration: ConnectionConfiguration
  private let logger: Logger

  private init(thread: ConnectionThread, configuration: ConnectionConfiguration, logger: Logger) {
    self.thread = thread
    self.configuration = configuration
    self.logger = logger
  }

  deinit {
    thread.stop()
  }

  /// Opens a connection and logs in, within the configuration's `connectTimeout`. The role needs REPLICATION.
  /// - Throws: ``PostgresError``.
  public static func connect(_ configuration: ConnectionConfiguration, logger: Logger) async throws -> ReplicationConnection {
    let thread = try ConnectionThread(configuration: configuration, logger: logger, onNotice: nil)
    let connection = ReplicationConnection(thread: thread, configuration: configuration, logger: logger)
    try await thread.perform(.connect, timeout: configuration.connectTimeout) { session, control in
      try session.connect(replication: true, control)
    }
    return connection
  }

  /// For example 150006 for 15.6.
  public var serverVersion: Int { thread.state.serverVersion }
  /// False after ``close()`` and when the server is gone.
  public var isOpen: Bool { thread.state.isOpen }
  /// Process ID of the walsender.
  public var backendPID: Int { thread.state.backendPID }

  /// One command or query by the simple protocol, without binds; rows in text form.
  public func query(_ sql: String, timeout: Duration? = nil) async throws -> Rows {
    // The thread is the stream's now: what is handed to it would wait until the stream ends.
    if thread.state.isStreaming {
      throw PostgresError.misuse("a replication stream runs on this connection; use another one for queries", operation: .replication)
    }
    let handle = try await thread.perform(.replication, timeout: timeout ?? configuration.queryTimeout) { session, control in
      try session.runScript(sql, control)
    }
    guard let handle else { throw PostgresError.misuse("the server gave no result", operation: .replication) }
    return Rows(handle: handle)
  }

  /// IDENTIFY_SYSTEM: the cluster, its timeline and the end of its WAL.
  public func identifySystem() async throws -> SystemIdentity {
    let row = try await query("IDENTIFY_SYSTEM").single()
    return SystemIdentity(
      systemID: try row[0, as: String.self], timeline: try row[1, as: Int32.self], walFlush: try row[2, as: LSN.self],
      database: try row[3, as: String?.self])
  }

  /// Creates a logical slot. Waits for the transactions that run now: the default timeout is five minutes.
  /// - Parameters:
  ///   - temporary: the slot goes with the connection.
  ///   - twoPhase: prepared transactions are streamed at PREPARE (PostgreSQL 14).
  ///   - failover: the slot is synchronised to standbys (PostgreSQL 17).
  /// - Throws: ``PostgresError``: 42710 when it exists, 55000 when `wal_level` is not `logical`, 53400 when `max_replication_slots` is reached.
  public func createLogicalSlot(
    name: String, plugin: String = "pgoutput", temporary: Bool = false, snapshot: SlotSnapshot = .export, twoPhase: Bool = false,
    failover: Bool = false, timeout: Duration = .seconds(300)
  ) async throws -> CreatedSlot {
    let command = ReplicationCommand.createLogicalSlot(
      name: name, plugin: plugin, temporary: temporary, snapshot: snapshot, twoPhase: twoPhase, failover: failover,
      serverVersion: serverVersion)
    let row = try await query(command, timeout: timeout).single()
    return CreatedSlot(
      name: try row["slot_name", as: String.self], consistentPoint: try row["consistent_point", as: LSN.self],
      snapshotName: try row["snapshot_name", as: String?.self], plugin: try row["output_plugin", as: String?.self] ?? plugin)
  }

  /// Drops a slot; with `wait`, after whoever uses it has gone.
  public func dropSlot(name: String, wait: Bool = false) async throws {
    _ = try await query("DROP_REPLICATION_SLOT \(Query.quoted(identifier: name))\(wait ? " WAIT" : "")")
  }

  /// Changes whether a slot is synchronised to standbys (PostgreSQL 17).
  public func alterSlot(name: String, failover: Bool) async throws {
    _ = try await query("ALTER_REPLICATION_SLOT \(Query.quoted(identifier: name)) (FAILOVER \(failover))")
  }

  /// Starts to stream a logical slot. From then on this connection serves the stream alone, and is closed with it.
  /// - Parameters:
  ///   - lsn: where to start; the slot's confirmed position when that is higher. `.zero` leaves it to the slot.
  ///   - options: for the plugin, in order: for pgoutput `proto_version`, `publication_names`…
  ///   - statusInterval: how often positions are reported; shorter where `wal_sender_timeout` asks for it.
  /// - Throws: ``PostgresError``: 42704 when there is no such slot, 55006 when somebody else reads it.
  public func startReplication(
    slot: String, from lsn: LSN = .zero, options: [(String, String)], statusInterval: Duration = .seconds(10)
  ) async throws -> ReplicationStream {
    try await startReplication(slot: slot, from: lsn, options: options, stream: StreamOptions(statusInterval: statusInterval))
  }

  /// As ``startReplication(slot:from:options:statusInterval:)`` with the sizes of batches and buffer.
  public func startReplication(
    slot: String, from lsn: LSN, options: [(String, String)], stream streamOptions: StreamOptions
  ) async throws -> ReplicationStream {
    var streamOptions = streamOptions
    if let timeout = try await serverTimeout() {
      // Three chances to be heard within the time after which the server cuts a silent receiver off.
      streamOptions.statusInterval = min(streamOptions.statusInterval, max(.milliseconds(10), timeout / 3))
    }
    let command = ReplicationCommand.startLogical(slot: slot, from: lsn, options: options)
    try await thread.perform(.replication, timeout: configuration.queryTimeout) { session, control in
      try session.startStreaming(command, control)
    }
    let buffer = StreamBuffer(options: streamOptions, confirmed: lsn, wakePipe: thread.wakePipe)
    thread.post(.replication, timeout: nil) { [streamOptions] session, control in
      var loop = StreamLoop(session: session, buffer: buffer, options: streamOptions, start: lsn, control: control)
      let ending = loop.run()
      session.endStreaming()
      buffer.end(ending)
    } onFailure: { error in
      buffer.end(.failure(error))
    }
    return ReplicationStream(slot: slot, buffer: buffer, statusInterval: streamOptions.statusInterval)
  }

  /// `wal_sender_timeout`; nil when it is off.
  private func serverTimeout() async throws -> Duration? {
    let rows = try await query("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'")
    guard let milliseconds = try rows.first?[0, as: Int64.self], milliseconds > 0 else { return nil }
    return .milliseconds(milliseconds)
  }

  /// Closes the connection. While a stream runs, close the stream instead.
  public func close() async {
    if thread.state.isStreaming {
      logger.warning("a replication connection is closed while its stream runs; close the stream first")
      thread.stop()
      return
    }
    do {
      try await thread.perform(.replication, timeout: nil, isCancellable: false) { session, _ in session.close() }
    } catch {
      logger.trace("closed before", metadata: ["reason": "\(error)"])
    }
    thread.stop()
  }
}
