internal import Synchronization

/// Keeps the rate of several tasks together below a limit.
final class RebuildPace: Sendable {
  private let interval: Duration?
  private let next = Mutex(ContinuousClock.now)

  /// - Parameter limit: records a second; nil for no limit.
  init(limit: Int?) {
    interval = limit.map { .nanoseconds(1_000_000_000 / max(1, $0)) }
  }

  /// Waits until `count` further records may be applied.
  func wait(for count: Int) async throws {
    guard let interval else { return }
    let now = ContinuousClock.now
    let start = next.withLock { next in
      let start = max(next, now)
      next = start + interval * count
      return start
    }
    if start > now { try await Task.sleep(until: start) }
  }
}
