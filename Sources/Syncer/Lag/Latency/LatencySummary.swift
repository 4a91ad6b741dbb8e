/// Quantiles of durations, in seconds.
public struct LatencySummary: Hashable, Sendable {
  /// How many durations were recorded; the quantiles are 0 where none was.
  public var count: UInt64
  /// The median.
  public var p50: Double
  /// The 95th percentile.
  public var p95: Double
  /// The 99th percentile.
  public var p99: Double
  /// The longest.
  public var max: Double

  /// Quantiles of `count` durations.
  public init(count: UInt64 = 0, p50: Double = 0, p95: Double = 0, p99: Double = 0, max: Double = 0) {
    self.count = count
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.max = max
  }
}
