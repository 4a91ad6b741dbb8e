internal import ChangeEvents
internal import Logging
internal import Postgres

/// One life of the connections: checks, snapshot where it is due, then streaming until something ends it.
struct CaptureSession: Sendable {
  enum Ending: Sendable {
    /// Asked to stop, or an option said when.
    case stopped
    /// `initial_only`: the snapshot is all there was to do.
    case finished
  }

  let configuration: ConnectorConfiguration
  let options: CaptureOptions
  let sink: any RecordSink
  let offsets: any OffsetStore
  let planner: RelationPlanner
  let stop: StopSignal
  let board: StatusBoard
  let metrics: CaptureMetrics
  let logger: Logger

  /// Records of a batch, about; a larger record is a batch by itself.
  static let batchBytes = 1 << 20

  func run() async throws -> Ending {
    let source = SourceConnection(configuration: configuration, logger: logger)
    do {
      let ending = try await run(source)
      await source.close()
      return ending
    } catch {
      await source.close()
      throw error
    }
  }

  private func run(_ source: SourceConnection) async throws -> Ending {
    let connection = try await source.open()
    let tables = try await Preflight(configuration: configuration, connection: connection, logger: logger).run()
    try await CapturePublication(configuration: configuration, connection: connection, logger: logger).prepare(tables: tables)
    let replication = try await ReplicationConnection.connect(configuration.database, logger: logger)
    let system = try await replication.identifySystem()
    let stored = try await offsets.load(connector: configuration.name)
    let slot = try await SlotKeeper(name: configuration.slotName, connection: connection).freeState(
      retries: configuration.slotMaxRetries, delay: configuration.slotRetryDelay, logger: logger)
    // A snapshot of this process is not taken again after a reconnect, whatever the mode says of starts.
    let mode = board.isSnapshotDone && configuration.snapshotMode == .always ? .initial : configuration.snapshotMode
    let decision = try StartDecision.decide(
      mode: mode, slotName: configuration.slotName, database: configuration.database.database, trustsSlot: configuration.trustsSlot,
      offset: stored, slot: slot, systemID: system.systemID, walEnd: system.walFlush)
    logger.info("start decided", metadata: ["decision": "\(decision)", "slot": "\(configuration.slotName)"])
    board.update {
      $0.isConnected = true
      $0.lastFailure = nil
      $0.isSnapshotCompleted = stored?.snapshot == .completed
    }
    if decision == .finished { return .finished }
    let offset = stored ?? StoredOffset(slot: configuration.slotName, snapshot: .skipped, systemID: system.systemID)
    return try await run(decision, source: source, replication: replication, tables: tables, stored: stored, offset: offset)
  }

  /// Everything from here on has records on their way: it ends by waiting for them and telling the slot.
  private func run(
    _ decision: StartDecision, source: SourceConnection, replication: ReplicationConnection, tables: [TableDescription],
    stored: StoredOffset?, offset: StoredOffset
  ) async throws -> Ending {
    let pipeline = DeliveryPipeline(sink: sink, maxBytes: configuration.maxBytesInFlight, startingAt: stored?.position)
    let keeper = OffsetKeeper(store: offsets, connector: configuration.name, offset: offset) { lsn in
      board.update { $0.confirmed = lsn }
    }
    let stage = StreamStage(session: self, pipeline: pipeline, keeper: keeper, source: source, snapshotPoint: stored?.snapshotLSN)
    return try await stage.run(decision, replication: replication, tables: tables, position: stored?.position)
  }
}
