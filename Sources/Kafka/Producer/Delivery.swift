internal import Synchronization

/// The acknowledgement of a batch that was enqueued. It comes in any case, at the latest when the producer's `deliveryTimeout` is over.
public final class Delivery: Sendable {
  struct State {
    var remaining: Int
    var report = DeliveryReport(delivered: 0)
    var metadata: RecordMetadata?
    var waiters: [CheckedContinuation<DeliveryReport, Never>] = []
  }

  /// Whether the acknowledged record's place is wanted: only for a single record.
  let wantsMetadata: Bool
  private let state: Mutex<State>

  init(expecting count: Int, wantsMetadata: Bool = false) {
    self.wantsMetadata = wantsMetadata
    state = Mutex(State(remaining: count))
  }

  /// Waits until every record was acknowledged or failed. May be called by several tasks, and again.
  public func wait() async -> DeliveryReport {
    await withCheckedContinuation { continuation in
      let ready: DeliveryReport? = state.withLock { state in
        if state.remaining == 0 { return state.report }
        state.waiters.append(continuation)
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// Whether every record was acknowledged or failed.
  public var isComplete: Bool { remaining == 0 }

  var remaining: Int { state.withLock { $0.remaining } }

  var metadata: RecordMetadata? { state.withLock { $0.metadata } }

  /// Counts acknowledged records; says whether these were the last.
  func deliver(_ count: Int, metadata: RecordMetadata? = nil) -> Bool {
    settle { state in
      state.report.delivered += count
      state.remaining -= count
      if let metadata { state.metadata = metadata }
    }
  }

  /// Notes failures; says whether these were the last.
  func fail(_ failures: some Collection<DeliveryFailure>) -> Bool {
    settle { state in
      state.report.failures.append(contentsOf: failures)
      state.remaining -= failures.count
    }
  }

  /// Ends what is still open: nobody will report it any more.
  func abandon(_ error: KafkaError) {
    _ = settle { state in
      for index in 0..<state.remaining {
        state.report.failures.append(DeliveryFailure(index: index, topic: "", partition: nil, isPossiblyStored: true, error: error))
      }
      state.remaining = 0
    }
  }

  private func settle(_ change: (inout State) -> Void) -> Bool {
    let (isLast, report, waiters) = state.withLock { state -> (Bool, DeliveryReport, [CheckedContinuation<DeliveryReport, Never>]) in
      // Abandoned already: a report that was being read meanwhile comes too late.
      if state.remaining == 0 { return (false, state.report, []) }
      change(&state)
      guard state.remaining == 0 else { return (false, state.report, []) }
      // Partitions fail in any order; the owner reads by index.
      state.report.failures.sort { $0.index < $1.index }
      defer { state.waiters = [] }
      return (true, state.report, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: report) }
    return isLast
  }
}
