import CoreMetrics

/// A counter of fractions.
final class PrometheusFloatingPointCounter: FloatingPointCounterHandler, PrometheusSeries {
  private let total = AtomicDouble()

  /// Adds a number; negative ones and those that are no finite number are ignored.
  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    total.add(amount)
  }

  func reset() { total.store(0) }

  func write(name: String, labels: MetricLabels, to text: inout String) {
    text += "\(name)\(labels.braced())\(MetricText.number(total.value))\n"
  }
}
