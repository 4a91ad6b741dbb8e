import BenchmarkSupport
import Synchronization

/// Lets the clients of the load work, makes them rest while everything is compared, and sends them home.
final class LoadGate: Sendable {
  private struct State {
    var isOpen = false
    var isOver = false
    var working = 0
  }

  private let state = Mutex(State())

  /// Whether the clients should go home.
  var isOver: Bool { state.withLock { $0.isOver } }

  func open() { state.withLock { $0.isOpen = true } }
  func end() { state.withLock { $0.isOver = true } }

  /// Closes, and waits until nobody is at work.
  func close() async throws {
    state.withLock { $0.isOpen = false }
    try await waitUntil("the load comes to rest", within: .seconds(90), every: .milliseconds(5)) { state.withLock { $0.working == 0 } }
  }

  /// One piece of work, as soon as it is allowed; nil where it is time to go home.
  func work<Value>(_ body: () async throws -> Value) async throws -> Value? {
    while true {
      let (mayWork, isOver) = state.withLock { state in
        if state.isOpen, !state.isOver { state.working += 1 }
        return (state.isOpen, state.isOver)
      }
      if isOver { return nil }
      if mayWork { break }
      try await pause(.milliseconds(5))
    }
    defer { state.withLock { $0.working -= 1 } }
    return try await body()
  }
}
