internal import Logging

/// Notes what one applier has done: in the ledger, in the counts that the status shows, in metrics, and in the log.
struct ApplyReporter: Sendable {
  /// The applier's number.
  let applier: Int
  let sink: String
  let state: EngineState
  let metrics: SyncerMetrics
  let logger: Logger

  /// A portion was committed by the sink; `shares` is what its projections have taken of it.
  func applied(_ portion: Portion, shares: [SinkShare], took duration: Duration) {
    let now = state.clock.microseconds()
    let records = portion.batch.records
    var isBack = false
    state.withLock { contents in
      contents.ledger.applied(portion.batch.advances)
      contents.ledger.applied(portion.batch.laneMoves)
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
    metrics.projections.visible(shares, now: now)
    metrics.applied(records: records.count, nanoseconds: Int64(duration / .nanoseconds(1)))
    if isBack { logger.notice("the sink takes records again") }
    resumed()
  }

  /// An attempt has failed, and the next one is made after `delay`.
  func failed(_ verdict: FailureVerdict, delay: Duration) {
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
    metrics.sink(isUp: false)
    paused(verdict.sentence)
    logger.log(level: wasUp ? .error : .debug, "\(verdict.sentence)", metadata: ["sink": "\(sink)", "again in": "\(delay)"])
  }

  /// This applier applies nothing for now, for this reason.
  func paused(_ reason: String) {
    metrics.paused(state.pause(reason, applier: applier))
  }

  /// This applier goes on.
  func resumed() {
    let (isPaused, isSinkUp) = (state.pause(nil, applier: applier), state.withLock { $0.isSinkUp })
    metrics.sink(isUp: isSinkUp)
    metrics.paused(isPaused)
  }

  /// A batch begins: what nobody wants of it is counted.
  func began(_ batch: PolledBatch) {
    metrics.skipped(batch.unwantedTombstones.count, .tombstone)
    metrics.skipped(batch.unwantedUnknown.count, .unknown)
    let skipped = batch.unwantedTombstones.count + batch.unwantedUnknown.count
    if skipped > 0 { state.withLock { $0.counts.recordsSkipped += UInt64(skipped) } }
  }

  /// From the commit in the source database until now; nil for records of a snapshot, which tell when they were read.
  private static func latency(of record: ChangeRecord, now: Int64) -> Int64? {
    guard let source = record.source, !source.isRead else { return nil }
    return now.subtractingReportingOverflow(source.committedAt).partialValue
  }
}
