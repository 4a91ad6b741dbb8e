internal import Kafka
internal import Logging

/// Tells Kafka how far the sink has come: for lag tools, and for sinks that come after this one. The sink's own offsets are those that
/// count, so a commit that fails costs nothing but freshness.
struct OffsetCommitter: Sendable {
  let source: any RecordSource
  let state: EngineState
  let metrics: SyncerMetrics
  let logger: Logger

  /// Commits now and then until the engine stops: every `interval`, after a failure with a growing delay.
  func run(every interval: Duration, retry: RetryPolicy) async {
    var failures = 0
    while await state.rest(failures == 0 ? interval : max(interval, retry.delay(after: failures, random: .random(in: 0..<1)))) {
      failures = await commit() ? 0 : failures + 1
    }
  }

  /// Commits what is owned now and has moved forward since the last commit, which includes what that one failed to commit. False where it has
  /// to be tried again.
  @discardableResult
  func commit() async -> Bool {
    let offsets = state.withLock { $0.ledger.committable }
    guard !offsets.isEmpty else { return true }
    do {
      let committed = try await source.commit(offsets)
      state.withLock { $0.ledger.committed(committed) }
      return committed.count == offsets.count
    } catch let error as KafkaError where error.isOwnershipLost {
      // A rebalance is on its way: who gets the partitions commits them.
      logger.debug("offsets were not committed: \(error)")
    } catch {
      metrics.commitFailed()
      logger.warning("offsets were not committed, they are tried again: \(error)")
    }
    return false
  }
}
