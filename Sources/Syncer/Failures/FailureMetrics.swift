internal import Metrics

/// The metrics of failures, by the names in ``MetricNames``: the circuit breaker, parked keys, retry topics.
final class FailureMetrics: Sendable {
  private let circuit: Gauge
  private let parkedKeys: Gauge
  private let parkedRecords: Gauge
  private let parkedBytes: Gauge
  private let parkedOldest: Gauge
  private let heldPartitions: Gauge
  private let keysParked: Counter
  private let recordsParked: Counter
  private let recordsResolved: Counter
  private let keysReleased: Counter
  private let attempts: Counter
  private let failedAttempts: Counter
  private let factory: any MetricsFactory
  private let group: String

  init(group: String, sink: String, factory: any MetricsFactory) {
    self.group = group
    self.factory = factory
    let dimensions = [("group", group)]
    circuit = Gauge(label: MetricNames.circuitState, dimensions: dimensions + [("sink", sink)], factory: factory)
    parkedKeys = Gauge(label: MetricNames.parkedKeys, dimensions: dimensions, factory: factory)
    parkedRecords = Gauge(label: MetricNames.parkedRecords, dimensions: dimensions, factory: factory)
    parkedBytes = Gauge(label: MetricNames.parkedBytes, dimensions: dimensions, factory: factory)
    parkedOldest = Gauge(label: MetricNames.parkedOldest, dimensions: dimensions, factory: factory)
    heldPartitions = Gauge(label: MetricNames.heldPartitions, dimensions: dimensions, factory: factory)
    keysParked = Counter(label: MetricNames.keysParked, dimensions: dimensions, factory: factory)
    recordsParked = Counter(label: MetricNames.recordsParked, dimensions: dimensions, factory: factory)
    recordsResolved = Counter(label: MetricNames.recordsResolved, dimensions: dimensions, factory: factory)
    keysReleased = Counter(label: MetricNames.keysReleased, dimensions: dimensions, factory: factory)
    attempts = Counter(label: MetricNames.parkingAttempts, dimensions: dimensions + [("outcome", "applied")], factory: factory)
    failedAttempts = Counter(label: MetricNames.parkingAttempts, dimensions: dimensions + [("outcome", "failed")], factory: factory)
    circuit.record(CircuitBreaker.Phase.closed.rawValue)
    heldPartitions.record(0)
  }

  func circuit(_ phase: CircuitBreaker.Phase) { circuit.record(phase.rawValue) }

  func held(_ partitions: Int) { heldPartitions.record(partitions) }

  func parked(_ outcome: ParkingOutcome) {
    keysParked.increment(by: outcome.keysParked)
    recordsParked.increment(by: outcome.records)
  }

  func totals(_ totals: ParkingTotals, now: Int64) {
    parkedKeys.record(totals.keys)
    parkedRecords.record(totals.records)
    parkedBytes.record(totals.bytes)
    parkedOldest.record(totals.oldestSeconds(now: now))
  }

  func resolved(records: Int, isReleased: Bool) {
    attempts.increment()
    recordsResolved.increment(by: records)
    if isReleased { keysReleased.increment() }
  }

  func attemptFailed() { failedAttempts.increment() }

  func sentToRetry(_ letter: DeadLetter, number: Int) {
    let dimensions = [("group", group), ("topic", letter.record.topic), ("number", String(number))]
    Counter(label: MetricNames.retryRecords, dimensions: dimensions, factory: factory).increment()
  }
}
