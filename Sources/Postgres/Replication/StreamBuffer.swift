internal import Synchronization

/// What stands between the stream's thread and its receiver: a bounded queue of batches, and the confirmed position on the way back.
final class StreamBuffer: Sendable {
  typealias Waiter = CheckedContinuation<WALBatch?, any Error>

  private struct State {
    var batches: [WALBatch] = []
    var bufferedBytes = 0
    var waiter: Waiter?
    /// Set when the stream is over; delivered after the batches.
    var ending: Result<Void, any Error>?
    var closeWaiters: [CheckedContinuation<Void, Never>] = []
    var isClosing = false
  }

  private let state = Mutex(State())
  private let confirmed: Atomic<UInt64>
  private let options: StreamOptions
  private var limit: Int { options.maxBufferedBytes }
  private let wakePipe: WakePipe

  init(options: StreamOptions, confirmed: LSN, wakePipe: WakePipe) {
    self.options = options
    self.confirmed = Atomic(confirmed.rawValue)
    self.wakePipe = wakePipe
  }

  // MARK: The thread's side

  var hasRoom: Bool { state.withLock { $0.bufferedBytes < limit } }
  var isClosing: Bool { state.withLock { $0.isClosing } }
  var confirmedLSN: LSN { LSN(rawValue: confirmed.load(ordering: .acquiring)) }

  func put(_ batch: WALBatch) {
    let waiter = state.withLock { state -> Waiter? in
      if let waiter = state.waiter {
        state.waiter = nil
        return waiter
      }
      // A receiver that is busy gets larger batches, not more of them; keepalives that nobody reads do not pile up either.
      state.bufferedBytes += Self.weight(batch)
      if let last = state.batches.indices.last, state.batches[last].canTake(batch, options) {
        state.batches[last].append(batch)
      } else {
        state.batches.append(batch)
      }
      return nil
    }
    waiter?.resume(returning: batch)
  }

  func end(_ ending: Result<Void, any Error>) {
    let (waiter, closers) = state.withLock { state in
      if state.ending == nil { state.ending = ending }
      // Who closes wants no more: what waits unread is read again by the next stream, since it was not confirmed.
      if state.isClosing { state.batches = [] }
      defer {
        state.waiter = nil
        state.closeWaiters = []
      }
      return (state.waiter, state.closeWaiters)
    }
    waiter?.resume(with: ending.map { nil })
    for closer in closers { closer.resume() }
  }

  private static func weight(_ batch: WALBatch) -> Int {
    batch.bytes.count + batch.messages.count * MemoryLayout<WALMessage>.stride
  }

  // MARK: The receiver's side

  func next() async throws -> WALBatch? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (waiter: Waiter) in
        enum Answer {
          case now(Result<WALBatch?, any Error>, wasFull: Bool)
          case later
        }
        let answer = state.withLock { state -> Answer in
          if Task.isCancelled { return .now(.failure(CancellationError()), wasFull: false) }
          if !state.batches.isEmpty {
            let batch = state.batches.removeFirst()
            let wasFull = state.bufferedBytes >= limit
            state.bufferedBytes -= Self.weight(batch)
            return .now(.success(batch), wasFull: wasFull && state.bufferedBytes < limit)
          }
          if let ending = state.ending { return .now(ending.map { nil }, wasFull: false) }
          if state.waiter != nil {
            return .now(.failure(PostgresError.misuse("a replication stream has one receiver", operation: .replication)), wasFull: false)
          }
          state.waiter = waiter
          return .later
        }
        if case .now(let result, let wasFull) = answer {
          // The thread sleeps without looking at the socket while the buffer is full.
          if wasFull { wakePipe.wake() }
          waiter.resume(with: result)
        }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
  }

  /// Gives an empty batch to a receiver that waits; one that does not wait is busy and needs no waking.
  func wake() {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: WALBatch())
  }

  func confirm(_ lsn: LSN) {
    // Forward only: a lower position is no news, and the server would refuse to go back anyway.
    _ = confirmed.max(lsn.rawValue, ordering: .acquiringAndReleasing)
  }

  /// Asks the thread to end, and waits until it has.
  func close() async {
    await withCheckedContinuation { (closer: CheckedContinuation<Void, Never>) in
      let hasEnded = state.withLock { state in
        state.isClosing = true
        if state.ending != nil { return true }
        state.closeWaiters.append(closer)
        return false
      }
      if hasEnded { closer.resume() } else { wakePipe.wake() }
    }
  }

  /// As `close` for an owner that is going away.
  func requestClose() {
    state.withLock { $0.isClosing = true }
    wakePipe.wake()
  }
}
