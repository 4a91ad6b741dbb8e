import Dispatch
import Synchronization

/// An event loop that a test turns by hand: closures from other threads wait until the test runs them on its own.
final class HandLoop: Sendable {
  private let work = Mutex<[@Sendable () -> Void]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func execute(_ closure: @escaping @Sendable () -> Void) {
    work.withLock { $0.append(closure) }
    arrived.signal()
  }

  /// Waits for the next closure, ten seconds at most, and runs it; false when none came.
  func runNext() -> Bool {
    guard arrived.wait(timeout: .now() + 10) == .success else { return false }
    guard let closure = work.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return false }
    closure()
    return true
  }

  var isEmpty: Bool { work.withLock { $0.isEmpty } }
}
