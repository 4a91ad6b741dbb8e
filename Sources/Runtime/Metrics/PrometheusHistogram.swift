import CoreMetrics
import Synchronization

/// How often values fell below each bound. A scrape sees buckets, sum and count of one moment, hence one short lock.
final class PrometheusHistogram: TimerHandler, RecorderHandler, PrometheusSeries {
  private struct State {
    var counts: [UInt64]
    var sum: Double = 0
  }

  private let bounds: [Double]
  private let scale: Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - buckets: upper bounds, ascending, without infinity.
  ///   - scale: what recorded values are multiplied by; 1e-9 makes seconds of nanoseconds.
  init(buckets: [Double], scale: Double) {
    bounds = buckets
    self.scale = scale
    state = Mutex(State(counts: [UInt64](repeating: 0, count: buckets.count + 1)))
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration))) }
  func record(_ value: Int64) { record(Double(value)) }

  /// Counts a value; one that is not a number is ignored.
  func record(_ value: Double) {
    guard !value.isNaN else { return }
    let scaled = value * scale
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if scaled <= bounds[middle] { high = middle } else { low = middle + 1 }
    }
    state.withLock {
      $0.counts[low] &+= 1
      $0.sum += scaled
    }
  }

  func write(name: String, labels: MetricLabels, to text: inout String) {
    let state = state.withLock { $0 }
    var total: UInt64 = 0
    for (index, count) in state.counts.enumerated() {
      total &+= count
      let bound = index < bounds.count ? MetricText.number(bounds[index]) : "+Inf"
      text += "\(name)_bucket\(labels.braced(adding: "le=\"\(bound)\""))\(total)\n"
    }
    text += "\(name)_sum\(labels.braced())\(MetricText.number(state.sum))\n"
    text += "\(name)_count\(labels.braced())\(total)\n"
  }
}
