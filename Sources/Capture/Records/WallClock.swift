internal import Foundation

/// The machine's clock.
enum WallClock {
  /// From PostgreSQL's epoch (2000-01-01) to Unix's, microseconds.
  static let postgresEpoch: Int64 = 946_684_800_000_000

  /// Nanoseconds since 1970.
  static func nanoseconds() -> Int64 {
    var time = timespec()
    guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
