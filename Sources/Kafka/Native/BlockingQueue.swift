internal import Dispatch

/// Threads for calls that block, so that they never hold one of the cooperative pool.
final class BlockingQueue: Sendable {
  private let queue: DispatchQueue

  /// - Parameter serial: whether calls wait for one another.
  init(label: String, serial: Bool = false) {
    queue = DispatchQueue(label: label, attributes: serial ? [] : .concurrent)
  }

  /// Runs `body` on one of the threads. The body bounds its own time; cancelling the task does not shorten it.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: body)) }
    }
  }

  /// The same for a body that does not throw.
  func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }
}
