internal import Kafka
internal import Logging

/// Keeps records of retry topics from being tried before they are due: what comes too early is dropped, the consumer is sent back to it, and the partition is held.
struct RetryWaiting: Sendable {
  let source: any RecordSource
  let topics: RetryTopics
  let state: EngineState
  let logger: Logger

  /// What of a run is due now; the rest is polled again when it is.
  func due(of run: PolledRun) async -> PolledRun {
    guard let (_, number) = RetryTopics.parse(run.partition.topic), let first = run.records.first else { return run }
    if let offset = state.withLock({ $0.holds.arrived(run.partition, first: first.offset) }) {
      return await cut(run, at: run.records.startIndex, to: offset, due: state.clock.milliseconds)
    }
    let now = state.clock.milliseconds
    // However many there are, no delay is longer than its topic's.
    let limit = now + topics.delay(number)
    for index in run.records.indices {
      let due = RetryHeaders.due(of: run.records[index], limit: limit)
      if due > now { return await cut(run, at: index, to: run.records[index].offset, due: due) }
    }
    return run
  }

  private func cut(_ run: PolledRun, at index: Int, to offset: Int64, due: Int64) async -> PolledRun {
    var run = run
    run.records = run.records[..<index]
    state.withLock { $0.holds.hold(run.partition, .notDue(due), from: offset) }
    do {
      try await source.seek(run.partition, to: offset)
    } catch {
      // Where it stands is found out again, and nothing is applied before.
      logger.warning(
        "a retry topic's partition cannot be sent back yet, trying again: \(error)", metadata: ["partition": "\(run.partition)"])
      state.withLock { $0.ledger.unposition(run.partition, from: offset) }
    }
    return run
  }
}
