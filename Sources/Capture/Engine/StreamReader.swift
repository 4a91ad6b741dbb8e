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
        try await read(batch, encoder: encoder, types: &types)
        if let keepalive = batch.keepalive, !encoder.isInsideTransaction { pipeline.observe(keepalive: keepalive) }
        session.board.note(encoder.counters, lastEventTime: encoder.lastEventTime)
        if hasReachedEnd(batch, encoder) { return .stopped }
      }
    }
  }

  private func read(_ batch: WALBatch, encoder: ChangeEncoder, types: inout TypeCatalog) async throws {
    for message in batch.messages {
      let step = try batch.withPayload(of: message) {
        try encoder.consume($0, walStart: message.walStart, serverTime: message.serverTime)
      }
      if case .needsTable(let relation) = step { encoder.install(try await plan(relation, types: &types)) }
      if encoder.batch.byteCount >= CaptureSession.batchBytes { try await flush(encoder) }
    }
    try await flush(encoder)
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
