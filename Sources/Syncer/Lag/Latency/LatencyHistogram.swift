/// A histogram of durations with a relative error of at most 1/16, from 1 µs to 2 h, in a fixed amount of memory. Pure.
///
/// Buckets are linear within each power of two (Tene's HdrHistogram with four bits of precision).
public struct LatencyHistogram: Sendable {
  private static let precisionBits = 4
  private static let subBuckets = 1 << precisionBits
  private static let largest: Int64 = 1 << 33

  private var counts: [UInt64]
  /// How many durations were recorded.
  public private(set) var count: UInt64 = 0
  private var maximum: Int64 = 0

  /// An empty histogram.
  public init() {
    counts = Array(repeating: 0, count: Self.bucket(of: Self.largest) + 1)
  }

  /// Records a duration in microseconds. A negative one, from clocks that disagree, counts as zero.
  public mutating func record(microseconds: Int64) {
    let value = min(max(microseconds, 0), Self.largest)
    counts[Self.bucket(of: value)] += 1
    count += 1
    maximum = max(maximum, value)
  }

  /// Adds everything that the other one recorded.
  public mutating func merge(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    maximum = max(maximum, other.maximum)
  }

  /// Forgets everything.
  public mutating func reset() {
    self = LatencyHistogram()
  }

  /// The duration in seconds that the fraction `quantile` of all recorded ones does not exceed; nil where none was recorded.
  public func quantile(_ quantile: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = max(UInt64((min(max(quantile, 0), 1) * Double(count)).rounded(.up)), 1)
    var seen: UInt64 = 0
    for index in counts.indices {
      seen += counts[index]
      if seen >= rank { return Double(min(Self.upperBound(of: index), maximum)) / 1e6 }
    }
    return Double(maximum) / 1e6
  }

  /// What operators want to see of it.
  public var summary: LatencySummary {
    LatencySummary(
      count: count, p50: quantile(0.5) ?? 0, p95: quantile(0.95) ?? 0, p99: quantile(0.99) ?? 0, max: Double(maximum) / 1e6)
  }

  private static func bucket(of value: Int64) -> Int {
    guard value >= subBuckets else { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount - precisionBits
    return (exponent << precisionBits) + Int(value >> Int64(exponent))
  }

  private static func upperBound(of bucket: Int) -> Int64 {
    guard bucket >= subBuckets else { return Int64(bucket) }
    let exponent = (bucket >> precisionBits) - 1
    let mantissa = Int64((bucket & (subBuckets - 1)) + subBuckets)
    return ((mantissa + 1) << Int64(exponent)) - 1
  }
}
