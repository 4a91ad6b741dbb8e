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

  var configuration: ConnectorConfiguration
  let options: CaptureOptions
  let sink: any RecordSink
  let offsets: any OffsetStore
  let planner: RelationPlanner
  let stop: StopSignal
  let pause: PauseGate
  let board: StatusBoard
  let metrics: CaptureMetrics
  let notifications: NotificationService
  let inbox: SignalInbox
  let logger: Logger

  /// Records of a batch, about; a larger record is a batch by itself.
  static let batchBytes = 256 << 10

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

  /// Waits for the right to read the slot, and gives it back in the end.
  private func run(_ source: SourceConnection) async throws -> Ending {
    guard let lease = try await lease() else { return .stopped }
    // The database has answered: what is lost from here on is looked for again, as when it streams.
    board.noteReached()
    do {
      let ending = try await run(source, lease: lease)
      await lease.release()
      return ending
    } catch {
      await lease.release()
      throw error
    }
  }

  /// - Returns: nil if it was asked to stop first.
  private func lease() async throws -> SlotLease? {
    var left: Int? = options.isStandby ? nil : configuration.slotMaxRetries
    var hasTold = false
    while !stop.isTriggered {
      if let lease = try await SlotLease.take(configuration, logger: logger) {
        if hasTold, options.isStandby { logger.notice("standby takes over", metadata: ["slot": "\(configuration.slotName)"]) }
        return lease
      }
      try SlotKeeper.spend(&left)
      if options.isStandby {
        board.noteReached()
        board.update { $0.phase = .standby }
      }
      if !hasTold || !options.isStandby {
        logger.notice(
          options.isStandby ? "standing by: another process reads the slot" : "the slot is read by another process; waiting",
          metadata: ["slot": "\(configuration.slotName)"])
      }
      hasTold = true
      // A standby asks often: this is how long nobody captures after the active one is gone.
      try await stop.sleep(
        for: (options.isStandby ? min(configuration.slotRetryDelay, .seconds(1)) : configuration.slotRetryDelay) * .random(in: 0.8...1))
    }
    return nil
  }

  private func run(_ source: SourceConnection, lease: SlotLease) async throws -> Ending {
    let connection = try await source.open()
    var tables = try await Preflight(configuration: configuration, connection: connection, logger: logger).run()
    try await CapturePublication(configuration: configuration, connection: connection, logger: logger).prepare(tables: tables)
    // Tables that the publication took on just now are described as it publishes them.
    tables = try await SourceCatalog(connection: connection, publication: configuration.publicationName).current(tables)
    let replication = try await ReplicationConnection.connect(configuration.database, logger: logger)
    let system = try await replication.identifySystem()
    let slot = try await SlotKeeper(name: configuration.slotName, connection: connection).freeState(
      retries: options.isStandby ? nil : configuration.slotMaxRetries, delay: configuration.slotRetryDelay, stop: stop, logger: logger)
    guard !stop.isTriggered else { return .stopped }
    // After the wait: whoever read the slot until now has stored positions meanwhile.
    let stored = try await offsets.load(connector: configuration.name)
    let situation = StartDecision.Situation(
      slotName: configuration.slotName, database: configuration.database.database, trustsSlot: configuration.trustsSlot, offset: stored,
      slot: slot, systemID: system.systemID, walEnd: system.walFlush)
    let decision = try decide(situation)
    if decision.forgetsOffset, let loss = StartDecision.loss(situation) {
      logger.warning(
        "what followed the stored offset is lost: sluice.slot.policy or snapshot.mode says how to go on",
        metadata: ["reason": "\(loss.description)", "decision": "\(decision)"])
    }
    logger.info("start decided", metadata: ["decision": "\(decision)", "slot": "\(configuration.slotName)"])
    board.update {
      $0.isConnected = true
      $0.capturedTables = tables.count
      $0.skipsUnchanged = configuration.skipsUnchanged
      $0.lastFailure = nil
      $0.isSnapshotCompleted = stored?.snapshot == .completed
    }
    if decision == .finished { return .finished }
    let known = decision.forgetsOffset ? nil : stored
    let offset = known ?? StoredOffset(slot: configuration.slotName, snapshot: .skipped, systemID: system.systemID)
    return try await run(decision, source: source, lease: lease, replication: replication, tables: tables, stored: known, offset: offset)
  }

  private func decide(_ situation: StartDecision.Situation) throws(CaptureError) -> StartDecision {
    // A snapshot of this process is not taken again after a reconnect, whatever the mode says of starts.
    let isDone = board.isSnapshotDone
    var flags = configuration.snapshot.configurationBased
    if isDone { flags.takesData = false }
    let mode = isDone && configuration.snapshotMode == .always ? .initial : configuration.snapshotMode
    return try StartDecision.decide(mode: mode, flags: flags, policy: configuration.slotPolicy, situation)
  }

  /// Everything from here on has records on their way: it ends by waiting for them and telling the slot.
  private func run(
    _ decision: StartDecision, source: SourceConnection, lease: SlotLease, replication: ReplicationConnection, tables: [TableDescription],
    stored: StoredOffset?, offset: StoredOffset
  ) async throws -> Ending {
    let pipeline = DeliveryPipeline(sink: sink, maxBytes: configuration.maxBytesInFlight, startingAt: stored?.position, pause: pause)
    let keeper = OffsetKeeper(store: offsets, connector: configuration.name, offset: offset) { lsn in
      board.update { $0.confirmed = lsn }
    }
    let stage = StreamStage(
      session: self, pipeline: pipeline, keeper: keeper, source: source, lease: lease, snapshotPoints: stored?.snapshotPoints ?? [],
      interruptedSnapshot: stored.flatMap { $0.snapshot == .running && $0.systemID == offset.systemID ? $0.snapshotProgress : nil })
    return try await stage.run(decision, replication: replication, tables: tables, position: stored?.position)
  }
}
