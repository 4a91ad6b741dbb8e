/// A page of Prometheus' text format.
public struct MetricsText: Sendable {
  private let lines: [Substring]

  /// Takes a page as it was answered.
  public init(_ text: String) { lines = text.split(separator: "\n") }

  /// The sum of a metric over all its labels; 0 where there is none.
  public func sum(_ name: String) -> Double { samples(of: name).reduce(0) { $0 + $1.value } }

  /// Whether there is a sample of this name.
  public func has(_ name: String) -> Bool { !samples(of: name).isEmpty }

  /// The cumulative counts of a histogram by upper bound, summed over all other labels.
  public func buckets(_ name: String) -> [Double: Double] {
    var result: [Double: Double] = [:]
    for (labels, value) in samples(of: name + "_bucket") {
      guard let start = labels.range(of: "le=\""), let end = labels[start.upperBound...].firstIndex(of: "\"") else { continue }
      let bound = labels[start.upperBound..<end]
      result[bound == "+Inf" ? .infinity : Double(bound) ?? .infinity, default: 0] += value
    }
    return result
  }

  /// The quantile of a histogram's observations since `earlier`, interpolated in its bucket; 0 without observations.
  public func quantile(_ quantile: Double, of name: String, since earlier: MetricsText) -> Double {
    let before = earlier.buckets(name)
    let buckets = buckets(name).map { (bound: $0.key, count: $0.value - (before[$0.key] ?? 0)) }.sorted { $0.bound < $1.bound }
    guard let total = buckets.last?.count, total > 0 else { return 0 }
    let rank = quantile * total
    var lower = (bound: 0.0, count: 0.0)
    for bucket in buckets {
      if bucket.count >= rank {
        guard bucket.bound.isFinite, bucket.count > lower.count else { return lower.bound }
        return lower.bound + (bucket.bound - lower.bound) * (rank - lower.count) / (bucket.count - lower.count)
      }
      lower = bucket
    }
    return lower.bound
  }

  private func samples(of name: String) -> [(labels: Substring, value: Double)] {
    lines.compactMap { line in
      guard line.hasPrefix(name) else { return nil }
      let rest = line.dropFirst(name.count)
      guard rest.first == "{" || rest.first == " ", let space = rest.lastIndex(of: " "),
        let value = Double(rest[rest.index(after: space)...])
      else { return nil }
      return (rest[..<space], value)
    }
  }
}
