import Synchronization

/// When each change was committed, as its writer knows it.
public final class CommitTimes: Sendable {
  private let times: Mutex<[ContinuousClock.Instant?]>

  /// For changes 1 to `count`.
  public init(count: Int) { times = Mutex(Array(repeating: nil, count: count + 1)) }

  /// The change is committed now.
  public func note(_ number: Int) {
    let now = ContinuousClock.now
    times.withLock { $0[number] = now }
  }

  /// Nil where it is not.
  public subscript(number: Int) -> ContinuousClock.Instant? { times.withLock { $0[number] } }
}
