internal import Dispatch

/// Threads for calls that block, so that they never hold one of the cooperative pool.
///
/// Each call has a serial queue of its own. A concurrent queue would take its threads from the pool that runs Swift's tasks, too: on Linux both
/// stand on the same root queue, which has as many threads as there are processors. Serial queues have others (libdispatch calls them
/// overcommit).
final class BlockingQueue: Sendable {
  private let label: String
  /// The one for all calls where they wait for one another.
  private let serial: DispatchQueue?

  /// - Parameter serial: whether calls wait for one another.
  init(label: String, serial: Bool = false) {
    self.label = label
    self.serial = serial ? DispatchQueue(label: label) : nil
  }

  /// Runs `body` on one of the threads. The body bounds its own time; cancelling the task does not shorten it.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      start { continuation.resume(with: Result(catching: body)) }
    }
  }

  /// The same for a body that does not throw.
  func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      start { continuation.resume(returning: body()) }
    }
  }

  private func start(_ work: @escaping @Sendable () -> Void) {
    (serial ?? DispatchQueue(label: label)).async(execute: work)
  }
}
