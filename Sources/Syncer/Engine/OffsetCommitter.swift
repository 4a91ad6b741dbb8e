internal import Kafka
internal import Logging

/// Tells Kafka how far the sink has come: for lag tools, and for sinks that come after this one. The sink's own offsets are those that
/// count, so a commit that fails costs nothing but freshness.
struct OffsetCommitter: Sendable {
  let source: any RecordSource
  let state: EngineState
  let metrics: SyncerMetrics
  let logger: Logger

  /// Commits what is owned now and has moved forward since the last commit.
  func commit() async {
    let offsets = state.withLock { $0.ledger.committable }
    guard !offsets.isEmpty else { return }
    do {
      let committed = try await source.commit(offsets)
      state.withLock { $0.ledger.committed(committed) }
    } catch let error as KafkaError where error.isOwnershipLost {
      // A rebalance is on its way: who gets the partitions commits them.
      logger.debug("offsets were not committed: \(error)")
    } catch {
      metrics.commitFailed()
      logger.warning("offsets were not committed, they are with the next batch: \(error)")
    }
  }
}
