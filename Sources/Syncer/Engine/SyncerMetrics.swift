internal import Kafka
internal import Metrics

/// The syncer's metrics, by the names in ``MetricNames``.
final class SyncerMetrics: Sendable {
  /// Why a record was passed over.
  enum Skip: String, CaseIterable {
    case duplicate
    case stale
    case tombstone
    case unknown
  }

  private let group: String
  private let factory: any MetricsFactory
  /// Lag, which is told partition by partition.
  let lag: LagMetrics
  /// How long it takes until each projection shows a change.
  let projections: ProjectionLatencies
  private let commitToVisible: Timer
  private let applyDuration: Timer
  private let recordsApplied: Counter
  private let batchesApplied: Counter
  private let retries: Counter
  private let deadLetterFailures: Counter
  private let sinkUp: Gauge
  private let paused: Gauge
  private let assigned: Gauge
  private let queueBytes: Gauge
  private let pausedPartitions: Gauge
  private let rebalances: Counter
  private let commitFailures: Counter
  private let skipped: [Skip: Counter]

  init(group: String, hasKMinionNames: Bool = false, factory: any MetricsFactory) {
    self.group = group
    projections = ProjectionLatencies(group: group, factory: factory)
    lag = LagMetrics(group: group, hasKMinionNames: hasKMinionNames, factory: factory)
    self.factory = factory
    let dimensions = [("group", group)]
    commitToVisible = Timer(label: MetricNames.commitToVisible, dimensions: dimensions, factory: factory)
    applyDuration = Timer(label: MetricNames.applyDuration, dimensions: dimensions, factory: factory)
    recordsApplied = Counter(label: MetricNames.recordsApplied, dimensions: dimensions, factory: factory)
    batchesApplied = Counter(label: MetricNames.batchesApplied, dimensions: dimensions, factory: factory)
    retries = Counter(label: MetricNames.retries, dimensions: dimensions, factory: factory)
    deadLetterFailures = Counter(label: MetricNames.deadLetterFailures, dimensions: dimensions, factory: factory)
    sinkUp = Gauge(label: MetricNames.sinkUp, dimensions: dimensions, factory: factory)
    paused = Gauge(label: MetricNames.paused, dimensions: dimensions, factory: factory)
    assigned = Gauge(label: MetricNames.assignedPartitions, dimensions: dimensions, factory: factory)
    queueBytes = Gauge(label: MetricNames.queueBytes, dimensions: dimensions, factory: factory)
    pausedPartitions = Gauge(label: MetricNames.pausedPartitions, dimensions: dimensions, factory: factory)
    rebalances = Counter(label: MetricNames.rebalances, dimensions: dimensions, factory: factory)
    commitFailures = Counter(label: MetricNames.commitFailures, dimensions: dimensions, factory: factory)
    skipped = Dictionary(
      uniqueKeysWithValues: Skip.allCases.map {
        ($0, Counter(label: MetricNames.recordsSkipped, dimensions: dimensions + [("reason", $0.rawValue)], factory: factory))
      })
    sinkUp.record(1)
    paused.record(0)
    assigned.record(0)
    queueBytes.record(0)
    pausedPartitions.record(0)
  }

  func applied(records: Int, nanoseconds: Int64) {
    recordsApplied.increment(by: records)
    batchesApplied.increment()
    applyDuration.recordNanoseconds(nanoseconds)
  }

  func visible(afterMicroseconds latency: Int64) {
    commitToVisible.recordNanoseconds(max(latency, 0).multipliedReportingOverflow(by: 1000).partialValue)
  }

  func skipped(_ count: Int, _ reason: Skip) {
    if count > 0 { skipped[reason]?.increment(by: count) }
  }

  func retried() { retries.increment() }
  func deadLetterFailed() { deadLetterFailures.increment() }
  func commitFailed() { commitFailures.increment() }
  func sink(isUp: Bool) { sinkUp.record(isUp ? 1 : 0) }
  func queued(bytes: Int) { queueBytes.record(bytes) }
  func resting(_ partitions: Int) { pausedPartitions.record(partitions) }
  func paused(_ isPaused: Bool) { paused.record(isPaused ? 1 : 0) }

  func deadLettered(_ letter: DeadLetter) {
    let dimensions = [("group", group), ("topic", letter.record.topic), ("stage", letter.stage.rawValue)]
    Counter(label: MetricNames.deadLetters, dimensions: dimensions, factory: factory).increment()
  }

  func rebalanced(owned: Int) {
    rebalances.increment()
    assigned.record(owned)
  }
}
