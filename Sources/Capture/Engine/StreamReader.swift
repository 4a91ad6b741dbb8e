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

  func run(_ bounds: ChangeEncoder.Bounds) async throws -> CaptureSession.Ending {
    let encoder = ChangeEncoder(
      configuration: session.configuration, planner: session.planner, logger: session.logger, bounds: bounds)
    var types = try await SourceCatalog(connection: try await source.open()).types()
    let stream = stream
    let transactions = OpenTransactions(
      folder: try await TransactionFolder.make(in: session.options.transactionsFolder ?? TransactionFolder.defaultParent))
    var lastActivity = ContinuousClock.now
    while true {
      let wait = session.options.stopWhenIdle.map { max($0 - (ContinuousClock.now - lastActivity), .milliseconds(1)) }
      switch try await next(stream, within: wait) {
      case .stopped: return .stopped
      case .silence:
        if pipeline.isIdle, !encoder.isInsideTransaction, ContinuousClock.now - lastActivity >= session.options.stopWhenIdle ?? .zero {
          return .stopped
        }
        lastActivity = ContinuousClock.now
      case .ended:
        throw PostgresError(origin: .connection, operation: .replication, message: "the server ended the stream")
      case .batch(let batch):
        if !batch.messages.isEmpty { lastActivity = ContinuousClock.now }
        guard try await read(batch, encoder: encoder, transactions: transactions, types: &types) else { return .stopped }
        if !encoder.isInsideTransaction {
          try session.notifications.write(to: encoder)
          try await flush(encoder)
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
    _ batch: WALBatch, encoder: ChangeEncoder, transactions: OpenTransactions, types: inout TypeCatalog
  ) async throws -> Bool {
    for message in batch.messages {
      var step = ChangeEncoder.Step.done
      let work = try batch.withPayload(of: message) { bytes in
        let work = try transactions.take(bytes, walStart: message.walStart, serverTime: message.serverTime)
        if case .none = work { step = try encoder.consume(bytes, walStart: message.walStart, serverTime: message.serverTime) }
        return work
      }
      switch work {
      case .none: try await finish(step, encoder: encoder, types: &types)
      case .held: break
      case .write(let id): try await transactions.write(id)
      case .cut(let transaction): try await transactions.cut(transaction)
      case .drop(let transaction): try await transactions.drop(transaction)
      case .replay(let transaction, let commit):
        guard try await replay(transaction, commit, of: transactions, message, encoder: encoder, types: &types) else { return false }
      }
    }
    try await flush(encoder)
    return true
  }

  /// Sends a transaction that was held as if it came whole now.
  ///
  /// - Returns: false if it was asked to stop in the middle.
  private func replay(
    _ transaction: HeldTransaction, _ commit: StreamedCommit, of transactions: OpenTransactions, _ message: WALMessage,
    encoder: ChangeEncoder, types: inout TypeCatalog
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
        let step = try held.withPayload(of: message) {
          try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
        }
        try await finish(step, encoder: encoder, types: &types)
      }
      session.board.note(encoder.counters, lastEventTime: encoder.lastEventTime)
    }
    let step = try commit.commit.withUnsafeBytes {
      try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
    }
    try await finish(step, encoder: encoder, types: &types)
    try await transactions.drop(transaction)
    return true
  }

  private func finish(_ step: ChangeEncoder.Step, encoder: ChangeEncoder, types: inout TypeCatalog) async throws {
    if case .needsTable(let relation) = step { encoder.install(try await plan(relation, types: &types)) }
    if encoder.batch.byteCount >= CaptureSession.batchBytes { try await flush(encoder) }
  }

  private func flush(_ encoder: ChangeEncoder) async throws {
    guard !encoder.batch.isEmpty || encoder.completed != nil else { return }
    let (batch, completes) = encoder.takeBatch()
    try await pipeline.submit(batch, completes: completes, insideTransaction: encoder.isInsideTransaction)
  }

  /// The plan of a relation as the stream describes it, with what the catalogue adds.
  private func plan(_ relation: RelationDescription, types: inout TypeCatalog) async throws -> RelationPlan {
    let catalog = SourceCatalog(connection: try await source.open())
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

  private enum Next: Sendable {
    case batch(WALBatch)
    /// Nothing came in time.
    case silence
    case ended
    case stopped
  }

  private func next(_ stream: ReplicationStream, within wait: Duration?) async throws -> Next {
    let next = try await session.stop.interrupting { () async throws -> Next in
      guard let wait else { return try await stream.next().map(Next.batch) ?? .ended }
      return try await withThrowingTaskGroup(of: Next.self) { group in
        group.addTask { try await stream.next().map(Next.batch) ?? .ended }
        group.addTask {
          try await Task.sleep(for: wait)
          return .silence
        }
        defer { group.cancelAll() }
        return try await group.next() ?? .ended
      }
    }
    return next ?? .stopped
  }
}
