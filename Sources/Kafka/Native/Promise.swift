internal import Synchronization

/// One value that arrives later, awaited by one task; cancelling that task ends its wait, not the work behind it.
final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, any Error>)
    case done(Result<Value, any Error>)
  }

  private let state = Mutex(State.empty)

  /// The first result counts.
  func resolve(_ result: sending Result<Value, any Error>) {
    let result = result
    let waiter: CheckedContinuation<Value, any Error>? = state.withLock { state in
      switch state {
      case .empty:
        state = .done(result)
        return nil
      case .waiting(let continuation):
        state = .done(result)
        return continuation
      case .done:
        return nil
      }
    }
    waiter?.resume(with: result)
  }

  func value() async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<Value, any Error>? = state.withLock { state in
          switch state {
          case .empty:
            state = .waiting(continuation)
            return nil
          case .waiting:
            return .failure(KafkaError(code: .conflict, reason: "a result is awaited by one task", where: "Promise"))
          case .done(let result):
            return result
          }
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      resolve(.failure(CancellationError()))
    }
  }
}
