internal import Kafka
internal import Postgres

extension PostgresSink: ParkingSink {
  private var queues: ParkedQueueStore {
    get throws { ParkedQueueStore(scope: try preparedScope()) }
  }

  func parkedHashes(of partitions: [TopicPartition]) async throws -> [TopicPartition: Set<Int64>] {
    let queues = try queues
    return try await pool.withConnection { try await queues.hashes(of: partitions, $0) }
  }

  func apply(_ batch: SinkBatch, parking: BatchParking) async throws -> ParkingOutcome {
    let (offsets, queues) = (try storedOffsets(), try queues)
    // First, as it is also the fence: see `StoredOffsets.moving`.
    return try await pool.transaction(opening: offsets.moving(batch.advances), plans: .kept) { transaction, moves in
      try await offsets.settle(moves, of: batch, transaction)
      let outcome = try await queues.settle(parking, batch.records, transaction)
      if outcome.records > 0 { CrashPoint.reached(.afterParkBeforeCommit) }
      try await run(batch, without: outcome.behind, transaction)
      CrashPoint.reached(.afterEffectBeforeCommit)
      return outcome
    }
  }

  func dueKeys(in partitions: [TopicPartition], limit: Int) async throws -> [ParkedKey] {
    let queues = try queues
    return try await pool.withConnection { try await queues.due(in: partitions, limit: limit, $0) }
  }

  func applyQueue(of id: Int64, limit: Int) async throws -> QueueStep {
    let queues = try queues
    let step = try await pool.transaction { transaction -> QueueStep in
      guard let queued = try await queues.takeQueue(of: id, limit: limit, transaction) else { return .nothingToDo }
      let records = queued.map { ChangeRecord(parsing: $0.effective) }
      if let first = queued.first {
        do {
          // What cannot be parsed ends the attempt before it, or is itself at fault.
          if let malformed = records.firstIndex(where: { $0.parseFailure != nil }), let failure = records[malformed].parseFailure {
            throw SinkFailure(handler: nil, index: malformed, reason: "The value cannot be parsed", cause: failure)
          }
          try await run(SinkBatch(records: records, advances: []), without: [], transaction)
        } catch {
          throw QueueAttemptFailure(count: queued.count, first: first, cause: error)
        }
      }
      let isReleased = try await queues.applied(queued, of: id, transaction)
      CrashPoint.reached(.afterQueueBeforeCommit)
      return isReleased ? .released(queued.count) : .applied(queued.count)
    }
    CrashPoint.reached(.afterQueueCommit)
    return step
  }

  func firstRecord(of id: Int64) async throws -> ParkedRecord? {
    try await ParkingStore(pool: pool).records(of: id, limit: 1).first
  }

  func park(_ id: Int64, failedAt offset: Int64, _ failure: QueueFailure) async throws {
    let queues = try queues
    try await pool.transaction { try await queues.park(id, failedAt: offset, failure, $0) }
  }

  func parkingTotals() async throws -> ParkingTotals {
    let scope = try preparedScope()
    var filter = ParkedKeyFilter()
    filter.clusterID = scope.clusterID
    filter.group = scope.group
    return try await ParkingStore(pool: pool).totals(filter)
  }

  /// Runs the handlers over the records of a batch that are not left out.
  private func run(_ batch: SinkBatch, without leftOut: Set<Int>, _ transaction: Connection) async throws {
    guard !leftOut.isEmpty else {
      for share in batch.plan?.work as? [HandlerShare] ?? shares(of: batch.records) { try await share.apply(in: transaction) }
      return
    }
    let kept = batch.records.indices.filter { !leftOut.contains($0) }
    do {
      for share in shares(of: kept.map { batch.records[$0] }) { try await share.apply(in: transaction) }
    } catch let failure as SinkFailure {
      // The sink's caller knows the record by its place in the whole batch.
      let index = failure.index.flatMap { kept.indices.contains($0) ? kept[$0] : nil }
      throw SinkFailure(handler: failure.handler, index: index, reason: failure.reason, cause: failure.cause)
    }
  }
}
