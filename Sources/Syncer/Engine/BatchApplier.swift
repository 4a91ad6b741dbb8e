internal import Kafka
internal import Logging

/// Carries out what ``BatchPlan`` decides for one batch after the other, one transaction at a time.
///
/// Others do the parts: ``PortionBuilder`` says what of a range goes to the sink, ``KeyParking`` what of it is parked, ``DeadLetterDelivery`` writes
/// dead letters, ``SinkGate`` lets nobody through while the sink is down, ``ApplyReporter`` notes what has happened. This one knows only the
/// order: a record that is condemned is dead-lettered, and noted in `condemned`; then the range behind it is applied, and the record's key is parked in
/// that transaction.
struct BatchApplier: Sendable {
  let sink: any Sink
  let configuration: SyncerConfiguration
  let state: EngineState
  let gate: SinkGate
  let portions: PortionBuilder
  /// Nil where keys are not parked.
  let parking: KeyParking?
  let deadLetters: DeadLetterDelivery
  let reporter: ApplyReporter
  let logger: Logger

  /// - Parameter number: the applier's: what it has in flight, and why it rests, is kept under it.
  init(
    number: Int, sink: any Sink, deadLetters: any DeadLetterWriter, configuration: SyncerConfiguration, state: EngineState, gate: SinkGate,
    metrics: SyncerMetrics, failures: FailureMetrics, logger: Logger
  ) {
    self.sink = sink
    self.configuration = configuration
    self.state = state
    self.gate = gate
    self.logger = logger
    portions = PortionBuilder(applier: number, state: state, metrics: metrics, logger: logger)
    parking = KeyParking(sink: sink, configuration: configuration, state: state, metrics: failures, logger: logger)
    reporter = ApplyReporter(applier: number, sink: sink.name, state: state, metrics: metrics, logger: logger)
    self.deadLetters = DeadLetterDelivery(
      writer: deadLetters, retry: configuration.sinkRetry, state: state, metrics: metrics, failures: failures, reporter: reporter,
      logger: logger)
  }

  /// Applies a batch to its end. False where a stop was asked for while something was waited for: what is left is polled again by whoever
  /// owns the partitions then, and nothing behind it may be applied before.
  func apply(_ batch: PolledBatch) async -> Bool {
    var condemned: [Int: KeyParking.Condemned] = [:]
    guard await reject(batch, &condemned) else { return false }
    reporter.began(batch)
    var plan = BatchPlan(
      count: batch.records.count, excluded: batch.excluded, retry: configuration.retry, isolation: configuration.isolation,
      sinkRetry: configuration.sinkRetry)
    while true {
      switch plan.step {
      case .finished:
        return true
      case .wait(let delay, let verdict):
        reporter.failed(verdict, delay: delay)
        // While the breaker is open, it says how long.
        if verdict.failureClass != .sinkDown || gate.isClosed { guard await state.rest(delay) else { return false } }
        plan.waited()
      case .deadLetter(let index, let verdict):
        guard await condemn(index, of: batch, verdict, &condemned) else { return false }
        plan.deadLettered()
      case .apply(let range):
        guard !Task.isCancelled, await gate.enter() else { return false }
        if let verdict = await apply(batch, range, excluded: plan.excluded, condemned) {
          plan.failed(verdict, random: .random(in: 0..<1))
        } else {
          plan.succeeded()
        }
      }
    }
  }

  // MARK: Dead letters

  /// Dead-letters the records that are not tried at all. False where a stop was asked for first.
  private func reject(_ batch: PolledBatch, _ condemned: inout [Int: KeyParking.Condemned]) async -> Bool {
    guard !batch.rejections.isEmpty else { return true }
    guard await counted() else { return false }
    var letters: [DeadLetter] = []
    for rejection in batch.rejections {
      // One by one: where no more may be parked, its partition is held from here on, and no other record of it is dead-lettered.
      guard !portions.admitted(batch, rejection.index..<rejection.index + 1).isEmpty else { continue }
      // A record that no handler takes is nothing that later ones of its key could depend on.
      if rejection.stage != .transformation, let parking {
        guard parking.admits(rejection.index, of: batch) else { continue }
        condemned[rejection.index] = KeyParking.Condemned(
          errorClass: rejection.stage == .valueConverter ? .malformed : .poison, verdict: rejection.verdict)
      }
      letters.append(
        DeadLetter(
          record: batch.presented(rejection.index).record, stage: rejection.stage, verdict: rejection.verdict,
          retry: rejection.stage == .taskPut ? retry(of: batch.records[rejection.index]) : nil))
    }
    return await deliver(letters)
  }

  /// Dead-letters a record that was tried and is at fault, or sends it to its next retry topic, unless it belongs to another member by now. False
  /// where a stop was asked for first.
  private func condemn(
    _ index: Int, of batch: PolledBatch, _ verdict: FailureVerdict, _ condemned: inout [Int: KeyParking.Condemned]
  ) async -> Bool {
    guard !portions.admitted(batch, index..<index + 1).isEmpty else { return true }
    if let parking {
      guard parking.admits(index, of: batch) else { return true }
      condemned[index] = KeyParking.Condemned(errorClass: ParkedErrorClass(verdict.failureClass), verdict: verdict)
    }
    return await deliver([
      DeadLetter(record: batch.presented(index).record, stage: .taskPut, verdict: verdict, retry: retry(of: batch.records[index]))
    ])
  }

  /// Where a record that failed is tried again; nil where it is not, or not any more.
  private func retry(of record: ChangeRecord) -> RetryStage? {
    guard configuration.failures == .retryTopics else { return nil }
    return configuration.retryTopics.next(after: record.topic, now: state.clock.milliseconds)
  }

  private func deliver(_ letters: [DeadLetter]) async -> Bool {
    guard await deadLetters.deliver(letters) else { return false }
    if !letters.isEmpty { CrashPoint.reached(.afterDeadLetterBeforePark) }
    return true
  }

  /// Waits until it is known how much is parked: a record must not be dead-lettered and then find no room. False where a stop was asked for first.
  private func counted() async -> Bool {
    guard let parking else { return true }
    var attempts = 0
    while state.withLock({ $0.budget == nil }) {
      do {
        try await parking.count()
      } catch {
        attempts += 1
        let delay = configuration.sinkRetry.delay(after: attempts, random: .random(in: 0..<1))
        reporter.failed(FailureClassifier.classify(error), delay: delay)
        guard await state.rest(delay) else { return false }
      }
    }
    return true
  }

  // MARK: Transactions

  /// Applies a range in one transaction. Nil where it is applied, or nothing of it is left to apply; otherwise what went wrong.
  private func apply(
    _ batch: PolledBatch, _ range: Range<Int>, excluded: Set<Int>, _ condemned: [Int: KeyParking.Condemned]
  ) async -> FailureVerdict? {
    while true {
      do {
        try await parking?.load(batch.runs)
      } catch {
        return failed(FailureClassifier.classify(error), error)
      }
      let portion = portions.portion(of: batch, range, excluded: excluded)
      guard !portion.isEmpty else {
        gate.abandoned()
        return nil
      }
      defer { portions.finished() }
      var parked = BatchParking.none
      if let parking {
        // Where keys have to be read again, or a partition was held, there is another portion.
        guard let found = parking.parking(of: portion, in: batch, condemned) else { continue }
        parked = found
      }
      let versions = parked.isEmpty ? [:] : parking?.versions(portion.partitions) ?? [:]
      do {
        let start = ContinuousClock.now
        let outcome = try await commit(portion.batch, parked)
        CrashPoint.reached(.afterCommitBeforeOffsetCommit)
        gate.answered()
        parking?.committed(parked, outcome, since: versions)
        let applied = portion.without(outcome.behind)
        reporter.applied(applied, shares: sink.shares(of: applied.batch), took: ContinuousClock.now - start)
        return nil
      } catch let conflict as OffsetConflict {
        logger.warning("\(conflict)")
        state.withLock {
          $0.ledger.conflicted(portion.batch.advances, stored: conflict.stored)
          $0.ledger.conflicted(portion.batch.laneMoves)
        }
        // Whoever has moved the offsets may have parked keys as well.
        parking?.forget(portion.partitions)
      } catch {
        return failed(portion.located(FailureClassifier.classify(error)), error)
      }
    }
  }

  private func commit(_ work: SinkBatch, _ parked: BatchParking) async throws -> ParkingOutcome {
    let (sink, parking) = (sink, parking)
    return try await withTimeLimit(configuration.applyTimeout) {
      if !parked.isEmpty, let parking { return try await parking.sink.apply(work, parking: parked) }
      try await sink.apply(work)
      return ParkingOutcome()
    }
  }

  private func failed(_ verdict: FailureVerdict, _ error: any Error) -> FailureVerdict {
    logger.debug("a batch failed", metadata: ["error": "\(String(reflecting: error))", "class": "\(verdict.failureClass)"])
    if let stop = (error as? SinkFailure)?.cause as? UnknownEvent {
      // The engine ends here: the record is neither applied nor dead-lettered, and the next start meets it again.
      gate.abandoned()
      state.fail(stop)
      return FailureVerdict(.sinkDown, stop.description, errorName: verdict.errorName, handler: verdict.handler)
    }
    if verdict.failureClass == .sinkDown { gate.failed() } else { gate.answered() }
    return verdict
  }
}
