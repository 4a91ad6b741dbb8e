import Synchronization

@testable import Capture

/// A sink whose acknowledgements come late, in the order that a test wants, or not at all.
final class SlowSink: RecordSink {
  /// What becomes of a batch.
  enum Verdict: Sendable {
    case arrives(after: Duration)
    case fails(SinkError)
    /// No answer until `release()`.
    case waits
  }

  private struct State {
    var lines: [String] = []
    var isClosed = false
    var waiters: [CheckedContinuation<Void, any Error>] = []
  }

  private let state = Mutex(State())
  private let verdict: @Sendable (_ batch: Int) -> Verdict
  private let batches = Mutex(0)

  init(_ verdict: @escaping @Sendable (_ batch: Int) -> Verdict) { self.verdict = verdict }

  /// What arrived, in order.
  var lines: [String] { state.withLock { $0.lines } }

  func open() async throws {}

  func write(_ batch: CapturedBatch) async throws -> any SinkDelivery {
    let lines = String(decoding: RecordLines.render(batch), as: UTF8.self).split(separator: "\n").map(String.init)
    let number = batches.withLock { count in
      count += 1
      return count
    }
    let verdict = verdict(number)
    if case .fails = verdict {} else { state.withLock { $0.lines += lines } }
    return Delivery(sink: self, verdict: verdict)
  }

  func abandon() async { fail(SinkError(reason: "abandoned", isRetriable: true)) }

  func close(deadline: Duration) async {
    state.withLock { $0.isClosed = true }
    fail(SinkError(reason: "closed", isRetriable: false))
  }

  private func fail(_ error: SinkError) {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(throwing: error) }
  }

  /// Acknowledges what waits.
  func release() {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private func wait() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      let isClosed = state.withLock { state in
        if !state.isClosed { state.waiters.append(continuation) }
        return state.isClosed
      }
      if isClosed { continuation.resume(throwing: SinkError(reason: "closed", isRetriable: false)) }
    }
  }

  private struct Delivery: SinkDelivery {
    let sink: SlowSink
    let verdict: Verdict

    func wait() async throws {
      switch verdict {
      case .arrives(let duration): try await ContinuousClock().sleep(for: duration)
      case .fails(let error): throw error
      case .waits: try await sink.wait()
      }
    }
  }
}
