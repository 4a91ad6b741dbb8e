internal import ChangeEvents
internal import Logging
internal import Postgres
internal import Synchronization

/// Reads the stream, makes records and hands them on.
struct StreamReader: Sendable {
  let session: CaptureSession
  let pipeline: DeliveryPipeline
  let source: SourceConnection
  let stream: ReplicationStream
  let xmin: SlotXmin

  /// - Parameter incremental: the stored state of incremental snapshots; nil for none.
  func run(_ bounds: ChangeEncoder.Bounds, incremental: IncrementalState? = nil) async throws -> CaptureSession.Ending {
    let encoder = ChangeEncoder(
      configuration: session.configuration, planner: session.planner, logger: session.logger, bounds: bounds)
    let snapshots = IncrementalSnapshots(session: session, source: source, state: incremental)
    encoder.watch = snapshots.watch
    var types = try await SourceCatalog(connection: try await source.open(), publication: session.configuration.publicationName).types()
    let stream = stream
    let transactions = OpenTransactions(
      folder: try await TransactionFolder.make(in: session.options.transactionsFolder ?? TransactionFolder.defaultParent))
    var lastActivity = ContinuousClock.now
    var heartbeat = Heartbeat(session.configuration.heartbeats, now: .now)
    while true {
      switch try await next(stream) {
      case .stopped: return .stopped
      case .ended:
        throw PostgresError(origin: .connection, operation: .replication, message: "the server ended the stream")
      case .batch(let batch):
        if !batch.messages.isEmpty {
          lastActivity = .now
        } else if let limit = session.options.stopWhenIdle, ContinuousClock.now - lastActivity >= limit {
          if pipeline.isIdle, !encoder.isInsideTransaction, !snapshots.isBusy { return .stopped }
          lastActivity = .now
        }
        encoder.xmin = xmin.latest
        guard try await read(batch, encoder: encoder, snapshots: snapshots, transactions: transactions, types: &types) else {
          return .stopped
        }
        if let record = heartbeat.due(now: .now, milliseconds: WallClock.nanoseconds() / 1_000_000) {
          try encoder.append(record)
          try await flush(encoder, snapshots)
        }
        if !encoder.isInsideTransaction {
          try session.notifications.write(to: encoder)
          try await flush(encoder, snapshots)
        }
        if !encoder.isInsideTransaction, !transactions.isInsideBlock {
          try await work(snapshots, at: batch.keepalive, encoder: encoder)
          try await flush(encoder, snapshots)
        }
        // What is open may begin before this position: the server knows, and sends it again from its beginning to whoever starts here.
        if let keepalive = batch.keepalive, !encoder.isInsideTransaction, !transactions.isInsideBlock {
          pipeline.observe(keepalive: keepalive)
        }
        session.board.note(encoder.counters, lastEventTime: encoder.lastEventTime)
        if hasReachedEnd(batch, encoder) { return .stopped }
      }
    }
  }

  /// - Returns: false if it was asked to stop in the middle.
  private func read(
    _ batch: WALBatch, encoder: ChangeEncoder, snapshots: IncrementalSnapshots, transactions: OpenTransactions, types: inout TypeCatalog
  ) async throws -> Bool {
    for message in batch.messages {
      var step = ChangeEncoder.Step.done
      let work = try batch.withPayload(of: message) { bytes in
        let work = try transactions.take(bytes, walStart: message.walStart, serverTime: message.serverTime)
        if case .none = work { step = try encoder.consume(bytes, walStart: message.walStart, serverTime: message.serverTime) }
        return work
      }
      switch work {
      case .none:
        if case .needsTypes(let relation) = step {
          try await refresh(relation, encoder: encoder, types: &types)
          step = try batch.withPayload(of: message) {
            try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
          }
        }
        try await finish(step, encoder: encoder, snapshots: snapshots, types: &types)
      case .held: break
      case .write(let id): try await transactions.write(id)
      case .cut(let transaction): try await transactions.cut(transaction)
      case .drop(let transaction): try await transactions.drop(transaction)
      case .replay(let transaction, let commit):
        guard try await replay(transaction, commit, of: transactions, message, encoder: encoder, snapshots: snapshots, types: &types) else {
          return false
        }
      }
    }
    try await flush(encoder, snapshots)
    return true
  }

  /// Sends a transaction that was held as if it came whole now.
  ///
  /// - Returns: false if it was asked to stop in the middle.
  private func replay(
    _ transaction: HeldTransaction, _ commit: StreamedCommit, of transactions: OpenTransactions, _ message: WALMessage,
    encoder: ChangeEncoder, snapshots: IncrementalSnapshots, types: inout TypeCatalog
  ) async throws -> Bool {
    session.logger.debug("a transaction that was held is committed", metadata: ["bytes": "\(transaction.byteCount)"])
    _ = try commit.begin.withUnsafeBytes {
      try encoder.consume($0, walStart: transaction.firstLSN, serverTime: message.serverTime)
    }
    var offset = 0
    while true {
      let held = try await transactions.read(transaction, from: offset)
      guard let last = held.messages.last else { break }
      guard !session.stop.isTriggered else { return false }
      offset += last.range.upperBound
      for message in held.messages {
        var step = try held.withPayload(of: message) {
          try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
        }
        if case .needsTypes(let relation) = step {
          try await refresh(relation, encoder: encoder, types: &types)
          step = try held.withPayload(of: message) {
            try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
          }
        }
        try await finish(step, encoder: encoder, snapshots: snapshots, types: &types)
      }
      session.board.note(encoder.counters, lastEventTime: encoder.lastEventTime)
    }
    let step = try commit.commit.withUnsafeBytes {
      try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
    }
    try await finish(step, encoder: encoder, snapshots: snapshots, types: &types)
    try await transactions.drop(transaction)
    return true
  }

  private func finish(
    _ step: ChangeEncoder.Step, encoder: ChangeEncoder, snapshots: IncrementalSnapshots, types: inout TypeCatalog
  ) async throws {
    if case .needsTable(let relation) = step { encoder.install(try await plan(relation, types: &types)) }
    // First: what a signal changed goes along with the transaction that brought it.
    if !encoder.isInsideTransaction { try await work(snapshots, at: encoder.lastCommit?.endLSN, encoder: encoder) }
    if encoder.batch.byteCount >= CaptureSession.batchBytes { try await flush(encoder, snapshots) }
  }

  private func refresh(_ relation: RelationDescription, encoder: ChangeEncoder, types: inout TypeCatalog) async throws {
    types = try await SourceCatalog(connection: try await source.open(), publication: session.configuration.publicationName).types()
    encoder.install(try await plan(relation, types: &types))
  }

  private func flush(_ encoder: ChangeEncoder, _ snapshots: IncrementalSnapshots) async throws {
    let state = snapshots.stateToStore()
    guard !encoder.batch.isEmpty || encoder.completed != nil || state != nil else { return }
    let (batch, completes) = encoder.takeBatch()
    try await pipeline.submit(batch, completes: completes, insideTransaction: encoder.isInsideTransaction, incremental: state)
  }

  /// Signals and incremental snapshots, between two transactions.
  private func work(_ snapshots: IncrementalSnapshots, at position: LSN?, encoder: ChangeEncoder) async throws {
    guard snapshots.isDue(at: position) else { return }
    for demand in try await snapshots.work(encoder, flush: { try await flush(encoder, snapshots) }) {
      switch demand {
      case .blocking(let request, let id): try await takeBlockingSnapshot(request, id: id)
      }
    }
  }

  /// The plan of a relation as the stream describes it, with what the catalogue adds.
  private func plan(_ relation: RelationDescription, types: inout TypeCatalog) async throws -> RelationPlan {
    let catalog = SourceCatalog(connection: try await source.open(), publication: session.configuration.publicationName)
    let table = try await catalog.tables([Int64(relation.id)]).first
    do {
      return try session.planner.plan(relation, table: table, catalog: types)
    } catch let error as ColumnEncodingError where error.code == .unknownType {
      // A type made after the start.
      types = try await catalog.types()
      do { return try session.planner.plan(relation, table: table, catalog: types) } catch let error as ColumnEncodingError {
        throw CaptureError.failed("\(relation.schema).\(relation.name) has a column of a type that is gone: \(error)")
      }
    }
  }

  private func hasReachedEnd(_ batch: WALBatch, _ encoder: ChangeEncoder) -> Bool {
    guard let end = session.options.stopAt, !encoder.isInsideTransaction else { return false }
    return encoder.lastCommit.map { $0.endLSN >= end } ?? false || batch.keepalive.map { $0 >= end } ?? false
  }

  /// How often a silent stream is woken: for notifications, heartbeats and an idle end.
  static func wakeInterval(_ session: CaptureSession) -> Duration {
    let wanted = [.milliseconds(500), session.configuration.heartbeats.interval, session.options.stopWhenIdle.map { $0 / 4 }]
    return max(wanted.compactMap { $0 }.min() ?? .milliseconds(500), .milliseconds(5))
  }

  private enum Next: Sendable {
    /// Without a message where the stream was woken.
    case batch(WALBatch)
    case ended
    case stopped
  }

  private func next(_ stream: ReplicationStream) async throws -> Next {
    try await session.stop.interrupting { try await stream.next().map(Next.batch) ?? .ended } ?? .stopped
  }
}
