public import Kafka
public import Logging
public import Postgres
internal import Synchronization

/// Read models in PostgreSQL: handlers run in one transaction with the offsets.
///
/// The transaction first moves the offsets, which also takes them: a member of the group that has lost a partition and does not know it
/// yet stops there, before it has written anything. Then the handlers run in the order of their registration, then it commits.
public final class PostgresSink: Sink {
  /// `postgres`.
  public let name = "postgres"

  /// The handlers, in the order in which they run.
  public let handlers: [any Handler]

  let pool: Pool
  private let logger: Logger
  private let scope = Mutex<OffsetScope?>(nil)

  /// - Parameters:
  ///   - handlers: in the order in which they are to run; their names must differ.
  ///   - pool: of the read database; each applier uses a connection (``SyncerConfiguration/parallelism``), and one is used now and then beside them.
  ///     Its `run()` is the owner's.
  public init(handlers: [any Handler], pool: Pool, logger: Logger) {
    self.handlers = handlers
    self.pool = pool
    self.logger = logger
  }

  /// Migrates the syncer's own tables, then lets each handler prepare.
  public func prepare(_ scope: OffsetScope) async throws {
    self.scope.withLock { $0 = scope }
    try await pool.withConnection { connection in
      try await OffsetMigrations.migrate(connection)
      try await ParkingMigrations.migrations.migrate(connection)
      for handler in handlers {
        do {
          try await handler.prepare(connection)
        } catch {
          throw SinkFailure(handler: handler.name, index: nil, cause: error)
        }
      }
    }
  }

  /// Whether any handler accepts the record.
  public func accepts(_ record: ChangeRecord) -> Bool {
    handlers.contains { $0.accepts(record) }
  }

  /// The next offsets, from the table `sluice_offsets`.
  public func storedOffsets(for partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
    let offsets = try storedOffsets()
    return try await pool.withConnection { try await offsets.load(partitions, $0) }
  }

  /// Lets the handlers work out their shares, without the records that one of them finds fault with: these are for none of them.
  public func plan(_ records: [ChangeRecord], accepted: Bool) -> SinkPlan? {
    var rejected: [Int: SinkFailure] = [:]
    // What the sink accepts, its only handler does.
    var shares = accepted && handlers.count == 1 ? [HandlerShare(handlers[0], ofAll: records)] : shares(of: records)
    var waiting = Array(shares.indices)
    // A handler can find fault with a record that follows one at fault, but not for ever.
    for _ in 0..<Self.maximumPlans {
      for failure in waiting.flatMap({ shares[$0].plan() }) {
        if let index = failure.index, rejected[index] == nil { rejected[index] = failure }
      }
      let left = Set(rejected.keys)
      waiting = left.isEmpty ? [] : shares.indices.filter { !shares[$0].leavesOut(left) }
      guard !waiting.isEmpty else {
        return SinkPlan(work: shares.filter { !$0.records.isEmpty }, rejected: rejected.sorted { $0.key < $1.key }.map(\.value))
      }
      for number in waiting { shares[number] = HandlerShare(shares[number].handler, of: records, except: left) }
    }
    return nil
  }

  /// How often a batch is planned, each time without more of its records, before it is applied unplanned.
  private static let maximumPlans = 4

  /// Moves the offsets, runs the handlers, and commits.
  public func apply(_ batch: SinkBatch) async throws {
    _ = try await apply(batch, parking: .none)
  }

  /// What each handler has taken.
  public func shares(of batch: SinkBatch) -> [SinkShare] {
    (batch.plan?.work as? [HandlerShare] ?? shares(of: batch.records)).map { SinkShare(projection: $0.handler.name, records: $0.records) }
  }

  /// Sets an offset in the table `sluice_offsets`, backwards too.
  public func resetOffset(of partition: TopicPartition, expected: Int64, to offset: Int64) async throws {
    let offsets = try storedOffsets()
    try await pool.withConnection { try await offsets.reset(partition, expected: expected, to: offset, $0) }
  }

  /// Lets each handler forget what it does not need any more.
  public func maintain() async {
    for handler in handlers where !Task.isCancelled {
      do {
        try await pool.withConnection { try await handler.maintain($0) }
      } catch {
        logger.warning(
          "a handler could not forget what is too old; the next round tries again",
          metadata: ["handler": "\(handler.name)", "reason": "\(error)"])
      }
    }
  }

  /// Runs a query.
  public func ping() async throws {
    try await pool.ping()
  }

  func shares(of records: [ChangeRecord]) -> [HandlerShare] {
    handlers.map { HandlerShare($0, of: records) }.filter { !$0.records.isEmpty }
  }

  func storedOffsets() throws -> StoredOffsets {
    StoredOffsets(scope: try preparedScope())
  }

  func preparedScope() throws -> OffsetScope {
    guard let scope = scope.withLock({ $0 }) else { throw SyncerError(.notPrepared, "the sink was used before it was prepared") }
    return scope
  }
}
