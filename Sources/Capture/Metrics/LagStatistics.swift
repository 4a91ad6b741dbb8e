/// How far behind the source changes were read, over the last five minutes at most. Pure: told the time.
///
/// Counts stand in buckets that are exact below 64 ms and within 3 % above, in two halves of which the older is dropped when the newer is
/// full: quantiles cost a fixed amount of memory whatever the rate, and an idle connector's are 0 again.
struct LagStatistics: Sendable {
  struct Summary: Hashable, Sendable {
    var minimum: Int64 = 0
    var maximum: Int64 = 0
    var average: Double = 0
    var p50: Int64 = 0
    var p95: Int64 = 0
    var p99: Int64 = 0
  }

  private struct Half {
    var counts: [Int: Int] = [:]
    var total = 0
    var sum: Double = 0
    var minimum = Int64.max
    var maximum: Int64 = 0
  }

  static let halfWindow = Duration.seconds(150)
  private var newer = Half()
  private var older = Half()
  private var begin: ContinuousClock.Instant?

  /// - Parameters:
  ///   - milliseconds: how far behind; less than 0 (clocks differ) counts as 0.
  ///   - count: of the changes that were so far behind.
  mutating func record(_ milliseconds: Int64, count: Int, now: ContinuousClock.Instant) {
    guard count > 0 else { return }
    turn(now)
    let value = max(milliseconds, 0)
    newer.counts[Self.bucket(value), default: 0] += count
    newer.total += count
    newer.sum += Double(value) * Double(count)
    newer.minimum = min(newer.minimum, value)
    newer.maximum = max(newer.maximum, value)
  }

  /// Zeros if nothing was recorded in the window.
  mutating func summary(now: ContinuousClock.Instant) -> Summary {
    turn(now)
    let total = newer.total + older.total
    guard total > 0 else { return Summary() }
    let counts = newer.counts.merging(older.counts, uniquingKeysWith: +).sorted { $0.key < $1.key }
    let maximum = max(newer.maximum, older.maximum)
    func quantile(_ q: Double) -> Int64 {
      var left = Int((Double(total) * q).rounded(.up))
      for (bucket, count) in counts {
        left -= count
        if left <= 0 { return min(Self.value(bucket), maximum) }
      }
      return maximum
    }
    return Summary(
      minimum: min(newer.minimum, older.minimum), maximum: maximum, average: (newer.sum + older.sum) / Double(total), p50: quantile(0.5),
      p95: quantile(0.95), p99: quantile(0.99))
  }

  private mutating func turn(_ now: ContinuousClock.Instant) {
    guard let begin else { return self.begin = now }
    guard now - begin >= Self.halfWindow else { return }
    older = now - begin < Self.halfWindow * 2 ? newer : Half()
    newer = Half()
    self.begin = now
  }

  /// 32 buckets for each power of two from 64 on.
  private static func bucket(_ value: Int64) -> Int {
    guard value >= 64 else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - 5
    return shift * 32 + Int(value >> Int64(shift))
  }

  /// The highest value of a bucket.
  private static func value(_ bucket: Int) -> Int64 {
    guard bucket >= 64 else { return Int64(bucket) }
    let shift = bucket / 32 - 1
    return (Int64(bucket - shift * 32) + 1) << Int64(shift) - 1
  }
}
