internal import Kafka
internal import Logging

/// The task that applies: it carries out what ``BatchPlan`` decides, one transaction at a time.
struct BatchApplier: Sendable {
  let sink: any Sink
  let deadLetters: any DeadLetterWriter
  let configuration: SyncerConfiguration
  let state: EngineState
  let channel: BatchChannel
  let metrics: SyncerMetrics
  let logger: Logger

  /// A part of a batch as it goes to the sink.
  private struct Portion {
    var batch = SinkBatch(records: [], advances: [])
    /// Where each of the records stands in the polled batch.
    var indices: [Int] = []
    /// The last record of each partition, applied or not.
    var timestamps: [TopicPartition: Int64] = [:]
  }

  func run() async {
    while !state.isStopping, let batch = await channel.next() {
      await apply(batch)
    }
  }

  /// Applies a batch to its end. Returns early where a stop is asked for while something is waited for; what is left is polled again by
  /// whoever owns the partitions then.
  func apply(_ batch: PolledBatch) async {
    guard await reject(batch) else { return }
    count(batch)
    var plan = BatchPlan(
      count: batch.records.count, excluded: batch.excluded, retry: configuration.retry, isolation: configuration.isolation,
      sinkRetry: configuration.sinkRetry)
    while true {
      switch plan.step {
      case .finished:
        return
      case .wait(let delay, let verdict):
        note(verdict, delay: delay)
        guard await state.rest(delay) else { return }
        plan.waited()
      case .deadLetter(let index, let verdict):
        let isOwned = !admitted(batch, index..<index + 1).isEmpty
        if isOwned {
          let letter = DeadLetter(record: batch.records[index].record, stage: .taskPut, verdict: verdict)
          guard await write([letter]) else { return }
        }
        plan.deadLettered()
      case .apply(let range):
        guard !Task.isCancelled else { return }
        if let verdict = await apply(batch, range, excluded: plan.excluded) {
          plan.failed(verdict, random: .random(in: 0..<1))
        } else {
          plan.succeeded()
        }
      }
    }
  }

  /// Applies a range in one transaction. Nil where it is applied, or nothing of it is left to apply; otherwise what went wrong.
  private func apply(_ batch: PolledBatch, _ range: Range<Int>, excluded: Set<Int>) async -> FailureVerdict? {
    while true {
      let portion = portion(of: batch, range, excluded: excluded)
      guard !portion.batch.advances.isEmpty else { return nil }
      state.withLock { $0.inFlight = Set(portion.batch.advances.map(\.partition)) }
      defer {
        state.withLock { $0.inFlight = [] }
        state.changed.signal()
      }
      do {
        let start = ContinuousClock.now
        let sink = sink
        let work = portion.batch
        try await withTimeLimit(configuration.applyTimeout) { try await sink.apply(work) }
        CrashPoint.reached(.afterCommitBeforeOffsetCommit)
        applied(portion, took: ContinuousClock.now - start)
        return nil
      } catch let conflict as OffsetConflict {
        logger.warning("\(conflict)")
        state.withLock { $0.ledger.conflicted(portion.batch.advances, stored: conflict.stored) }
      } catch {
        var verdict = FailureClassifier.classify(error)
        if case .poison(let index) = verdict.failureClass {
          verdict.failureClass = portion.indices.indices.contains(index) ? .poison(index: portion.indices[index]) : .permanent
        }
        logger.debug("a batch failed", metadata: ["error": "\(String(reflecting: error))", "class": "\(verdict.failureClass)"])
        return verdict
      }
    }
  }

  /// What may be applied of a range now, and how the offsets move.
  private func portion(of batch: PolledBatch, _ range: Range<Int>, excluded: Set<Int>) -> Portion {
    var portion = Portion()
    var next: [TopicPartition: Int64] = [:]
    var stale = 0
    var duplicates = 0
    for (run, from) in admissions(batch, range) {
      guard let from else {
        stale += run.range.count
        continue
      }
      for index in run.range {
        let record = batch.records[index]
        guard record.offset >= from else {
          duplicates += 1
          continue
        }
        next[run.partition] = record.offset + 1
        portion.timestamps[run.partition] = record.timestamp
        if excluded.contains(index) { continue }
        portion.batch.records.append(record)
        portion.indices.append(index)
      }
    }
    // As many as were planned for are those that were planned for: what is left out of a batch is never let in again.
    if portion.indices.count == batch.records.count - batch.excluded.count { portion.batch.plan = batch.plan }
    portion.batch.advances = state.withLock { contents in
      next.compactMap { contents.ledger.advance($0.key, to: $0.value) }.sorted { $0.partition < $1.partition }
    }
    metrics.skipped(stale, .stale)
    metrics.skipped(duplicates, .duplicate)
    if stale + duplicates > 0 { state.withLock { $0.counts.recordsSkipped += UInt64(stale + duplicates) } }
    return portion
  }

  /// The runs that overlap a range, cut to it, each with the first offset that may be applied, nil where nothing may.
  private func admissions(_ batch: PolledBatch, _ range: Range<Int>) -> [(PolledBatch.Run, Int64?)] {
    state.withLock { contents in
      batch.runs.compactMap { run in
        let overlap = run.range.clamped(to: range)
        guard !overlap.isEmpty else { return nil }
        var cut = run
        cut.range = overlap
        return (cut, contents.ledger.admittedFrom(run.partition, epoch: run.epoch))
      }
    }
  }

  /// The indices of a range that may be applied now.
  private func admitted(_ batch: PolledBatch, _ range: Range<Int>) -> Set<Int> {
    var indices: Set<Int> = []
    for (run, from) in admissions(batch, range) {
      guard let from else { continue }
      for index in run.range where batch.records[index].offset >= from { indices.insert(index) }
    }
    return indices
  }

  private func applied(_ portion: Portion, took duration: Duration) {
    let now = state.clock.microseconds()
    let records = portion.batch.records
    var isBack = false
    state.withLock { contents in
      contents.ledger.applied(portion.batch.advances)
      for advance in portion.batch.advances {
        contents.lag.applied(
          advance.partition, next: advance.next, timestamp: portion.timestamps[advance.partition], now: now / 1000)
      }
      for record in records {
        guard let latency = Self.latency(of: record, now: now) else { continue }
        contents.latency.record(microseconds: latency, now: now / 1000)
      }
      contents.counts.recordsApplied += UInt64(records.count)
      contents.counts.batchesApplied += 1
      contents.lastProgress = now / 1000
      isBack = !contents.isSinkUp
      contents.isSinkUp = true
    }
    for record in records {
      if let latency = Self.latency(of: record, now: now) { metrics.visible(afterMicroseconds: latency) }
    }
    metrics.applied(records: records.count, nanoseconds: Int64(duration / .nanoseconds(1)))
    if isBack { logger.notice("the sink takes records again") }
    resumed()
  }

  /// From the commit in the source database until now; nil for records of a snapshot, which tell when they were read.
  private static func latency(of record: ChangeRecord, now: Int64) -> Int64? {
    guard let envelope = record.envelope, envelope.operation != .read else { return nil }
    return now - envelope.source.tsUs
  }

  // MARK: Dead letters

  /// Writes the dead letters of records that are not tried at all. False where a stop was asked for first.
  private func reject(_ batch: PolledBatch) async -> Bool {
    guard !batch.rejections.isEmpty else { return true }
    let admitted = admitted(batch, batch.records.indices)
    let letters = batch.rejections.filter { admitted.contains($0.index) }.map {
      DeadLetter(record: batch.records[$0.index].record, stage: $0.stage, verdict: $0.verdict)
    }
    return await write(letters)
  }

  /// Writes dead letters until each is acknowledged: no offset moves before. False where a stop was asked for first.
  private func write(_ letters: [DeadLetter]) async -> Bool {
    var left = letters
    var attempts = 0
    while !left.isEmpty {
      let failures = await deadLetters.write(left)
      let failed = Set(failures.map(\.index))
      for (index, letter) in left.enumerated() where !failed.contains(index) { acknowledged(letter) }
      guard let first = failures.first else { break }
      attempts += 1
      metrics.deadLetterFailed()
      let reason = "\(failures.count) dead letters cannot be written, so nothing is applied: \(first.reason)"
      logger.error("\(reason)")
      state.pause(reason)
      metrics.paused(true)
      guard await state.rest(configuration.sinkRetry.delay(after: attempts, random: .random(in: 0..<1))) else { return false }
      left = failures.compactMap { left.indices.contains($0.index) ? left[$0.index] : nil }
    }
    if attempts > 0 { resumed() }
    return true
  }

  private func acknowledged(_ letter: DeadLetter) {
    state.withLock { $0.counts.deadLetters += 1 }
    metrics.deadLettered(letter)
    // The place is enough to find the record, and the key may be personal.
    logger.warning(
      "a record was dead-lettered: \(letter.verdict.sentence)",
      metadata: [
        "topic": "\(letter.record.topic)", "partition": "\(letter.record.partition)", "offset": "\(letter.record.offset)",
        "stage": "\(letter.stage.rawValue)", "handler": "\(letter.verdict.handler ?? "-")", "error": "\(letter.verdict.errorName)",
      ])
  }

  // MARK: State

  private func note(_ verdict: FailureVerdict, delay: Duration) {
    metrics.retried()
    guard verdict.failureClass == .sinkDown else {
      state.withLock { $0.counts.retries += 1 }
      logger.warning("\(verdict.sentence)", metadata: ["again in": "\(delay)", "handler": "\(verdict.handler ?? "-")"])
      return
    }
    let wasUp = state.withLock { contents in
      contents.counts.retries += 1
      defer { contents.isSinkUp = false }
      return contents.isSinkUp
    }
    state.pause(verdict.sentence)
    metrics.sink(isUp: false)
    metrics.paused(true)
    logger.log(level: wasUp ? .error : .debug, "\(verdict.sentence)", metadata: ["sink": "\(sink.name)", "again in": "\(delay)"])
  }

  private func resumed() {
    state.pause(nil)
    metrics.sink(isUp: true)
    metrics.paused(false)
  }

  private func count(_ batch: PolledBatch) {
    metrics.skipped(batch.unwantedTombstones.count, .tombstone)
    metrics.skipped(batch.unwantedUnknown.count, .unknown)
    let skipped = batch.unwantedTombstones.count + batch.unwantedUnknown.count
    if skipped > 0 { state.withLock { $0.counts.recordsSkipped += UInt64(skipped) } }
  }
}
