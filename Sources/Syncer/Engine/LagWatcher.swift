internal import Kafka
internal import Logging

/// Asks for the ends of the partitions, and publishes the lag.
struct LagWatcher: Sendable {
  let source: any RecordSource
  let configuration: SyncerConfiguration
  let state: EngineState
  let metrics: SyncerMetrics
  let logger: Logger

  /// Looks once.
  func look() async {
    // Read before the question: what is applied while it is answered may lie beyond the end that it tells.
    let positions = state.withLock { contents in
      contents.ledger.owned.map { ($0, contents.ledger.activeOffset(of: $0)) }
    }
    let start = ContinuousClock.now
    do {
      let watermarks = try await source.watermarks(of: positions.map(\.0))
      for (partition, position) in positions {
        if let found = watermarks[partition] { observe(partition, low: found.low, high: found.high, position: position) }
      }
    } catch {
      logger.debug("watermarks are not known: \(error)")
    }
    let took = ContinuousClock.now - start
    let now = state.clock.milliseconds
    let (lags, cluster) = state.withLock { contents in
      contents.sampleLag(now: now)
      let lags = contents.lags(now: now)
      if !lags.contains(where: \.isBehind) { contents.lastProgress = now }
      return (lags, contents.clusterID)
    }
    metrics.lag.publish(lags, cluster: configuration.clusterName ?? cluster ?? "", took: took)
    // A partition that was revoked in between must not come back as a series.
    let gone = state.withLock { contents in lags.map(\.partition).filter { contents.ledger.partitions[$0] == nil } }
    if !gone.isEmpty { metrics.lag.remove(gone) }
  }

  private func observe(_ partition: TopicPartition, low: Int64, high: Int64, position: Int64?) {
    let now = state.clock.milliseconds
    state.withLock { contents in
      contents.kafkaSeenAt = now
      // Nothing stored and nothing fetched: the group begins at the beginning, as far as is known.
      if contents.ledger.partitions[partition]?.stored == nil { contents.lag.positionedIfUnknown(partition, at: low) }
      contents.lag.observed(partition, lowWatermark: low, highWatermark: high, now: now)
    }
    guard let position, position > high, let error = Positioner.misfit(partition, stored: position, low: low, high: high) else { return }
    switch configuration.outOfRange {
    case .fail:
      state.fail(error)
    case .earliest:
      // The polling task takes it from here: it asks the sink again, resets the offset, and seeks.
      state.withLock { $0.ledger.unposition(partition) }
    }
  }
}
