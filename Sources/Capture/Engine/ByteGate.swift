internal import Synchronization

/// Bounds the bytes that are on their way: who wants to send more waits.
final class ByteGate: Sendable {
  private struct Waiter {
    var bytes: Int
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var used = 0
    var nextID = 0
    var waiters: [(id: Int, waiter: Waiter)] = []
    var failure: (any Error)?

    /// Takes out the waiters for whom there is room, in order. A batch larger than the bound goes alone.
    mutating func admit(limit: Int) -> [CheckedContinuation<Void, any Error>] {
      var admitted: [CheckedContinuation<Void, any Error>] = []
      while let first = waiters.first, used == 0 || used + first.waiter.bytes <= limit {
        used += first.waiter.bytes
        admitted.append(first.waiter.continuation)
        waiters.removeFirst()
      }
      return admitted
    }
  }

  let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  var used: Int { state.withLock { $0.used } }

  /// Waits until `bytes` fit.
  ///
  /// - Throws: `CancellationError`, or what `fail` was given.
  func acquire(_ bytes: Int) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let now: Result<Void, any Error>? = state.withLock { state in
          if let failure = state.failure { return .failure(failure) }
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.waiters.isEmpty, state.used == 0 || state.used + bytes <= limit {
            state.used += bytes
            return .success(())
          }
          state.waiters.append((id, Waiter(bytes: bytes, continuation: continuation)))
          return nil
        }
        if let now { continuation.resume(with: now) }
      }
    } onCancel: {
      let (waiter, admitted) = state.withLock { state in
        let waiter = state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).waiter }
        // There may be room for those behind it.
        return (waiter, state.admit(limit: limit))
      }
      waiter?.continuation.resume(throwing: CancellationError())
      for continuation in admitted { continuation.resume() }
    }
  }

  /// Waits until nothing is on its way: it asks for more than the whole room.
  func drain() async throws {
    try await acquire(limit + 1)
    release(limit + 1)
  }

  func release(_ bytes: Int) {
    let admitted = state.withLock { state in
      state.used -= bytes
      return state.admit(limit: limit)
    }
    for continuation in admitted { continuation.resume() }
  }

  /// Ends all waits, now and later, with an error.
  func fail(_ error: any Error) {
    let waiters = state.withLock { state in
      state.failure = error
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.waiter.continuation.resume(throwing: error) }
  }
}
