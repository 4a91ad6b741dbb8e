internal import Kafka
internal import Logging

/// The task that applies the queues of parked keys, of the partitions owned now, when an operator asks for it or their time has come.
///
/// It needs no fence of its own: whoever applies a queue holds the key's row, and a member that has lost the partition meanwhile applies the same records
/// in the same order as the new owner would.
struct ParkingResolver: Sendable {
  let parking: KeyParking
  let deadLetters: any DeadLetterWriter
  let gate: SinkGate
  let configuration: SyncerConfiguration
  let state: EngineState
  let metrics: FailureMetrics
  let letterMetrics: SyncerMetrics
  let logger: Logger

  /// Keys looked at in one go.
  private static let keysAtATime = 100

  func run() async {
    repeat {
      guard gate.isClosed else { continue }
      do {
        try await parking.count()
        try await look()
      } catch {
        if Task.isCancelled { return }
        // The next transaction of an applier finds out what this means.
        logger.debug("parked keys cannot be looked at yet", metadata: ["error": "\(String(reflecting: error))"])
      }
    } while await state.rest(parking.settings.pollInterval)
  }

  /// Makes the attempts that are asked for or due.
  private func look() async throws {
    var seen: Set<Int64> = []
    while !state.isStopping {
      // Those that wait for room to park, too: only this makes any.
      let owned = state.withLock { $0.ledger.owned }
      guard !owned.isEmpty else { return }
      let due = try await parking.sink.dueKeys(in: owned, limit: Self.keysAtATime).filter { seen.insert($0.id).inserted }
      guard !due.isEmpty else { return }
      for key in due {
        guard !state.isStopping, !Task.isCancelled, gate.isClosed else { return }
        await resolve(key)
      }
    }
  }

  /// Carries out what ``QueuePlan`` decides about one key.
  func resolve(_ key: ParkedKey) async {
    var plan = QueuePlan(key, settings: parking.settings, retry: configuration.isolation)
    while true {
      switch plan.step {
      case .apply(let limit):
        do {
          plan.did(try await apply(key, limit))
        } catch let failure as QueueAttemptFailure {
          if let stop = (failure.cause as? SinkFailure)?.cause as? UnknownEvent { return state.fail(stop) }
          let verdict = FailureClassifier.classify(failure.cause)
          let isMalformed = (failure.cause as? SinkFailure)?.cause is MalformedValue
          plan.failed(count: failure.count, first: failure.first, verdict, isMalformed: isMalformed, random: .random(in: 0..<1))
          if verdict.failureClass == .sinkDown { gate.failed() }
        } catch {
          if FailureClassifier.classify(error).failureClass == .sinkDown { gate.failed() }
          logger.debug("a parked key cannot be worked on now", metadata: ["key": "\(key.id)", "error": "\(String(reflecting: error))"])
          return
        }
      case .wait(let delay):
        guard await state.rest(delay) else { return }
        plan.waited()
      case .park(let offset, let failure, let isNew):
        await park(key, offset, failure, isNew: isNew)
        return
      case .leave, .finished:
        return
      }
    }
  }

  private func apply(_ key: ParkedKey, _ limit: Int) async throws -> QueueStep {
    let sink = parking.sink
    let step = try await withTimeLimit(configuration.applyTimeout) { try await sink.applyQueue(of: key.id, limit: limit) }
    switch step {
    case .nothingToDo: break
    case .applied(let count): done(count, isReleased: false)
    case .released(let count):
      done(count, isReleased: true)
      logger.notice(
        "a parked key was resolved: its queue is applied and it goes its way again",
        metadata: ["key": "\(key.id)", "partition": "\(key.partition)", "failed offset": "\(key.failedOffset)"])
    }
    return step
  }

  private func done(_ records: Int, isReleased: Bool) {
    metrics.resolved(records: records, isReleased: isReleased)
    state.withLock { $0.counts.recordsResolved += UInt64(records) }
  }

  /// Parks the key again. A record that failed for the first time is dead-lettered before, as any other.
  private func park(_ key: ParkedKey, _ offset: Int64, _ failure: QueueFailure, isNew: Bool) async {
    metrics.attemptFailed()
    do {
      if isNew {
        guard let record = try await parking.sink.firstRecord(of: key.id), record.record.offset == offset else { return }
        let stage: DeadLetter.Stage = failure.errorClass == .malformed ? .valueConverter : .taskPut
        let letter = DeadLetter(record: record.record, stage: stage, verdict: failure.verdict)
        if let refusal = await deadLetters.write([letter]).first {
          logger.error("a record of a parked key cannot be dead-lettered, so its key is looked at again later: \(refusal.reason)")
          return
        }
        state.withLock { $0.counts.deadLetters += 1 }
        letterMetrics.deadLettered(letter)
        CrashPoint.reached(.afterDeadLetterBeforePark)
      }
      try await parking.sink.park(key.id, failedAt: offset, failure)
    } catch {
      logger.debug("a key cannot be parked again now", metadata: ["key": "\(key.id)", "error": "\(String(reflecting: error))"])
      return
    }
    logger.warning(
      "a parked key stays parked: \(failure.verdict.sentence)",
      metadata: [
        "key": "\(key.id)", "partition": "\(key.partition)", "offset": "\(offset)", "attempts": "\(failure.attempts)",
        "again in": "\(failure.retryAfter.map { "\($0)" } ?? "never by itself")",
      ])
  }
}
