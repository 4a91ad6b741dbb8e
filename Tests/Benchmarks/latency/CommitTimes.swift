import Synchronization

/// When each change was committed, as its writer knows it.
final class CommitTimes: Sendable {
  private let times: Mutex<[ContinuousClock.Instant?]>

  /// For changes 1 to `count`.
  init(count: Int) { times = Mutex(Array(repeating: nil, count: count + 1)) }

  /// The change is committed now.
  func note(_ number: Int) {
    let now = ContinuousClock.now
    times.withLock { $0[number] = now }
  }

  subscript(number: Int) -> ContinuousClock.Instant? { times.withLock { $0[number] } }
}
