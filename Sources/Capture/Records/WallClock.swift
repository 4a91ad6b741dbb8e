internal import Foundation

/// The machine's clock.
enum WallClock {
  /// From PostgreSQL's epoch (2000-01-01) to Unix's, microseconds.
  private static let postgresEpoch: Int64 = 946_684_800_000_000

  /// Microseconds since 1970 of a time that the stream tells since 2000; the largest number there is where the sum is beyond it.
  static func unix(postgres microseconds: Int64) -> Int64 {
    let (sum, overflow) = microseconds.addingReportingOverflow(postgresEpoch)
    return overflow ? .max : sum
  }

  /// Nanoseconds since 1970.
  static func nanoseconds() -> Int64 {
    var time = timespec()
    guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
