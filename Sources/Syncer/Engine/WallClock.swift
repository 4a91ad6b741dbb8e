#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The time of day, to compare with timestamps of records and commits; durations are measured with `ContinuousClock` instead.
struct WallClock: Sendable {
  /// Microseconds since 1970.
  let microseconds: @Sendable () -> Int64

  /// Milliseconds since 1970.
  var milliseconds: Int64 { microseconds() / 1000 }

  /// The system's clock.
  static let system = WallClock {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
  }
}
