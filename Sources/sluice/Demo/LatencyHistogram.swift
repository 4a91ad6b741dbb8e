/// The syncers' commit-to-visible histogram, read from `/metrics`.
struct LatencyHistogram: Sendable {
  /// Cumulative counts by upper bound in seconds.
  private var buckets: [(bound: Double, count: Double)]

  private init(buckets: [(bound: Double, count: Double)]) { self.buckets = buckets }

  init(scraping probe: HTTPProbe) async {
    var sums: [Double: Double] = [:]
    for (labels, value) in await probe.samples(of: "sluice_syncer_commit_to_visible_seconds_bucket") ?? [:] {
      guard let start = labels.range(of: "le=\""), let end = labels[start.upperBound...].firstIndex(of: "\"") else { continue }
      let text = labels[start.upperBound..<end]
      sums[text == "+Inf" ? .infinity : Double(text) ?? .infinity, default: 0] += value
    }
    buckets = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What was added after an earlier reading.
  func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
    let before = Dictionary(earlier.buckets.map { ($0.bound, $0.count) }) { first, _ in first }
    return LatencyHistogram(buckets: buckets.map { ($0.bound, $0.count - (before[$0.bound] ?? 0)) })
  }

  /// The quantile in seconds, interpolated in its bucket as Prometheus' `histogram_quantile` does; 0 without observations.
  func quantile(_ quantile: Double) -> Double {
    guard let total = buckets.last?.count, total > 0 else { return 0 }
    let rank = quantile * total
    var lower = 0.0
    var below = 0.0
    for (bound, count) in buckets {
      if count >= rank {
        guard bound.isFinite, count > below else { return lower }
        return lower + (bound - lower) * (rank - below) / (count - below)
      }
      (lower, below) = (bound, count)
    }
    return lower
  }
}
