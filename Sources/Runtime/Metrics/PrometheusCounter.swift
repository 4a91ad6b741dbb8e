import CoreMetrics
import Synchronization

/// A counter of whole numbers: one atomic addition per increment.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
  private let value = Atomic<UInt64>(0)

  /// Adds a number; negative ones are ignored, because a counter never falls.
  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    value.wrappingAdd(UInt64(amount), ordering: .relaxed)
  }

  func reset() { value.store(0, ordering: .relaxed) }

  func write(name: String, labels: MetricLabels, to text: inout String) {
    text += "\(name)\(labels.braced())\(value.load(ordering: .relaxed))\n"
  }
}
