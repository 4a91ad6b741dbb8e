internal import Metrics
internal import Synchronization

/// From the commit in the source database until a projection shows it: a histogram for each projection, the figure that readers are promised.
final class ProjectionLatencies: Sendable {
  private let group: String
  private let factory: any MetricsFactory
  private let timers = Mutex<[String: Timer]>([:])

  init(group: String, factory: any MetricsFactory) {
    self.group = group
    self.factory = factory
  }

  /// Records became visible at `now`, µs since 1970. Those of a snapshot do not count: they tell when they were read.
  func visible(_ shares: [SinkShare], now: Int64) {
    for share in shares {
      let timer = timer(of: share.projection)
      for record in share.records {
        guard let source = record.source, !source.isRead else { continue }
        let latency = max(now.subtractingReportingOverflow(source.committedAt).partialValue, 0)
        timer.recordNanoseconds(latency.multipliedReportingOverflow(by: 1000).partialValue)
      }
    }
  }

  private func timer(of projection: String) -> Timer {
    timers.withLock { timers in
      if let timer = timers[projection] { return timer }
      let timer = Timer(
        label: MetricNames.projectionCommitToVisible, dimensions: [("group", group), ("projection", projection)], factory: factory)
      timers[projection] = timer
      return timer
    }
  }
}
