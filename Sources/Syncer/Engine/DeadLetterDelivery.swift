internal import Kafka
internal import Logging

/// Writes dead letters until each is acknowledged: no offset moves past a record before.
struct DeadLetterDelivery: Sendable {
  let writer: any DeadLetterWriter
  let retry: RetryPolicy
  let state: EngineState
  let metrics: SyncerMetrics
  let failures: FailureMetrics
  let reporter: ApplyReporter
  let logger: Logger

  /// Writes letters in order, again and again where they are not acknowledged. False where a stop was asked for first.
  func deliver(_ letters: [DeadLetter]) async -> Bool {
    var left = letters
    var attempts = 0
    while !left.isEmpty {
      let failures = await writer.write(left)
      let failed = Set(failures.map(\.index))
      for (index, letter) in left.enumerated() where !failed.contains(index) { acknowledged(letter) }
      guard let first = failures.first else { break }
      attempts += 1
      metrics.deadLetterFailed()
      let reason = "\(failures.count) dead letters cannot be written, so nothing is applied: \(first.reason)"
      logger.error("\(reason)")
      reporter.paused(reason)
      guard await state.rest(retry.delay(after: attempts, random: .random(in: 0..<1))) else { return false }
      left = failures.compactMap { left.indices.contains($0.index) ? left[$0.index] : nil }
    }
    if attempts > 0 { reporter.resumed() }
    return true
  }

  private func sentToRetry(_ letter: DeadLetter, _ retry: RetryStage) {
    state.withLock { $0.counts.recordsRetried += 1 }
    failures.sentToRetry(letter, number: retry.number)
    logger.notice(
      "a record is tried again later: \(letter.verdict.sentence)",
      metadata: [
        "topic": "\(letter.record.topic)", "partition": "\(letter.record.partition)", "offset": "\(letter.record.offset)",
        "retry topic": "\(retry.number)", "due": "\(retry.due)", "error": "\(letter.verdict.errorName)",
      ])
  }

  private func acknowledged(_ letter: DeadLetter) {
    if let retry = letter.retry { return sentToRetry(letter, retry) }
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
}
