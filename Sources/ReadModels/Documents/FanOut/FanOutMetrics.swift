internal import Metrics

/// The metrics of one document's fan-outs.
struct FanOutMetrics: Sendable {
  private let tasks: Gauge
  private let documents: Gauge
  private let oldest: Gauge
  private let failing: Gauge
  private let recomputed: Counter
  private let failures: Counter
  private let stepDuration: Timer

  init(document: String) {
    let dimensions = [("document", document)]
    tasks = Gauge(label: "sluice_fan_out_tasks", dimensions: dimensions)
    documents = Gauge(label: "sluice_fan_out_documents_remaining", dimensions: dimensions)
    oldest = Gauge(label: "sluice_fan_out_oldest_seconds", dimensions: dimensions)
    failing = Gauge(label: "sluice_fan_out_failing_tasks", dimensions: dimensions)
    recomputed = Counter(label: "sluice_fan_out_documents_total", dimensions: dimensions)
    failures = Counter(label: "sluice_fan_out_failures_total", dimensions: dimensions)
    stepDuration = Timer(label: "sluice_fan_out_step_seconds", dimensions: dimensions)
  }

  func report(_ status: FanOutStatus) {
    tasks.record(status.tasks)
    documents.record(status.documents)
    oldest.record(Double(status.oldest.components.seconds))
    failing.record(status.failing)
  }

  func stepped(documents count: Int, in duration: Duration) {
    recomputed.increment(by: count)
    let (seconds, attoseconds) = duration.components
    stepDuration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  func failed() { failures.increment() }
}
