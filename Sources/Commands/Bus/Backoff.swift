/// Exponential back-off with full jitter and a cap.
struct Backoff: Sendable {
  let first: Duration
  let maximum: Duration

  /// The longest pause after the given failed attempt (from 1).
  func ceiling(after attempt: Int) -> Duration {
    var pause = first
    for _ in 1..<max(1, min(attempt, 32)) where pause < maximum { pause = pause * 2 }
    return min(pause, maximum)
  }

  /// A random pause up to ``ceiling(after:)``, so that rivals do not meet again.
  func pause(after attempt: Int) -> Duration {
    ceiling(after: attempt) * Double.random(in: 0...1)
  }
}
