internal import Kafka
internal import Logging

/// Carries out what ``BatchPlan`` decides for one batch after the other, one transaction at a time.
///
/// Others do the parts: ``PortionBuilder`` says what of a range goes to the sink, ``DeadLetterDelivery`` writes dead letters,
/// ``ApplyReporter`` notes what has happened. This one knows only the order: a record that is condemned is dead-lettered, and whatever is
/// to be remembered of its key is noted, in `condemned`; then the range behind it is applied.
struct BatchApplier: Sendable {
  let sink: any Sink
  let configuration: SyncerConfiguration
  let state: EngineState
  let portions: PortionBuilder
  let deadLetters: DeadLetterDelivery
  let reporter: ApplyReporter
  let logger: Logger

  /// - Parameter number: the applier's: what it has in flight, and why it rests, is kept under it.
  init(
    number: Int, sink: any Sink, deadLetters: any DeadLetterWriter, configuration: SyncerConfiguration, state: EngineState,
    metrics: SyncerMetrics, logger: Logger
  ) {
    self.sink = sink
    self.configuration = configuration
    self.state = state
    self.logger = logger
    portions = PortionBuilder(applier: number, state: state, metrics: metrics, logger: logger)
    reporter = ApplyReporter(applier: number, sink: sink.name, state: state, metrics: metrics, logger: logger)
    self.deadLetters = DeadLetterDelivery(
      writer: deadLetters, retry: configuration.sinkRetry, state: state, metrics: metrics, reporter: reporter, logger: logger)
  }

  /// Applies a batch to its end. False where a stop was asked for while something was waited for: what is left is polled again by whoever
  /// owns the partitions then, and nothing behind it may be applied before.
  func apply(_ batch: PolledBatch) async -> Bool {
    guard await reject(batch) else { return false }
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
        guard await state.rest(delay) else { return false }
        plan.waited()
      case .deadLetter(let index, let verdict):
        guard await condemned(index, of: batch, verdict) else { return false }
        plan.deadLettered()
      case .apply(let range):
        guard !Task.isCancelled else { return false }
        if let verdict = await apply(batch, range, excluded: plan.excluded) {
          plan.failed(verdict, random: .random(in: 0..<1))
        } else {
          plan.succeeded()
        }
      }
    }
  }

  /// Dead-letters the records that are not tried at all. False where a stop was asked for first.
  private func reject(_ batch: PolledBatch) async -> Bool {
    guard !batch.rejections.isEmpty else { return true }
    let admitted = portions.admitted(batch, batch.records.indices)
    return await deadLetters.deliver(
      batch.rejections.filter { admitted.contains($0.index) }.map {
        DeadLetter(record: batch.records[$0.index].record, stage: $0.stage, verdict: $0.verdict)
      })
  }

  /// Dead-letters a record that was tried and is at fault, unless it belongs to another member by now. False where a stop was asked for
  /// first.
  private func condemned(_ index: Int, of batch: PolledBatch, _ verdict: FailureVerdict) async -> Bool {
    guard !portions.admitted(batch, index..<index + 1).isEmpty else { return true }
    return await deadLetters.deliver([DeadLetter(record: batch.records[index].record, stage: .taskPut, verdict: verdict)])
  }

  /// Applies a range in one transaction. Nil where it is applied, or nothing of it is left to apply; otherwise what went wrong.
  private func apply(_ batch: PolledBatch, _ range: Range<Int>, excluded: Set<Int>) async -> FailureVerdict? {
    while true {
      let portion = portions.portion(of: batch, range, excluded: excluded)
      guard !portion.isEmpty else { return nil }
      defer { portions.finished() }
      do {
        let start = ContinuousClock.now
        let sink = sink
        let work = portion.batch
        try await withTimeLimit(configuration.applyTimeout) { try await sink.apply(work) }
        CrashPoint.reached(.afterCommitBeforeOffsetCommit)
        reporter.applied(portion, shares: sink.shares(of: work), took: ContinuousClock.now - start)
        return nil
      } catch let conflict as OffsetConflict {
        logger.warning("\(conflict)")
        state.withLock {
          $0.ledger.conflicted(portion.batch.advances, stored: conflict.stored)
          $0.ledger.conflicted(portion.batch.laneMoves)
        }
      } catch {
        let verdict = portion.located(FailureClassifier.classify(error))
        logger.debug("a batch failed", metadata: ["error": "\(String(reflecting: error))", "class": "\(verdict.failureClass)"])
        return verdict
      }
    }
  }
}
