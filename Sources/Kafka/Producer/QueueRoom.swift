internal import Dispatch
internal import Synchronization

/// Where senders are suspended while the producer's queue is full. `QueueRoomState` decides, this one suspends and wakes.
final class QueueRoom: Sendable {
  private struct State {
    var room = QueueRoomState<ContinuousClock.Instant>()
    var continuations: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    var lastTicket: UInt64 = 0
    var isTimerSet = false
  }

  private let state = Mutex(State())

  /// To be read before trying; `wait` returns at once if room has appeared since.
  var generation: UInt64 { state.withLock { $0.room.generation } }

  /// Whether others wait already: a newcomer queues behind them.
  var hasWaiters: Bool { state.withLock { !$0.room.waiters.isEmpty } }

  /// Suspends until there may be room.
  /// - Parameters:
  ///   - isFirst: whether to stand before the others: one that was woken and met a full queue again has its turn still.
  /// - Throws: `queueFull` when `deadline` is over, `CancellationError`.
  func wait(seen: UInt64, deadline: ContinuousClock.Instant, isFirst: Bool) async throws {
    let ticket = state.withLock { state in
      state.lastTicket &+= 1
      return state.lastTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer = state.withLock { state in
          let answer = state.room.enter(ticket, seen: seen, deadline: deadline, isFirst: isFirst)
          if answer == .waiting { state.continuations[ticket] = continuation }
          return answer
        }
        switch answer {
        case .retry: continuation.resume()
        case .waiting: setTimer()
        }
        // Cancelled before the ticket was known: the handler below found nothing to wake.
        if Task.isCancelled { cancel(ticket) }
      }
    } onCancel: {
      cancel(ticket)
    }
  }

  private func cancel(_ ticket: UInt64) {
    let waiter = state.withLock { state in
      state.room.leave(ticket) ? state.continuations.removeValue(forKey: ticket) : nil
    }
    waiter?.resume(throwing: CancellationError())
  }

  /// Room appeared.
  func free() { wake { $0.free() } }

  /// A sender is through: whoever is next may try.
  func passOn() { wake { $0.passOn() } }

  /// Wakes everybody for good.
  func close() {
    let waiters = state.withLock { state in
      state.room.close().compactMap { state.continuations.removeValue(forKey: $0) }
    }
    for waiter in waiters { waiter.resume() }
  }

  private func wake(_ choose: (inout QueueRoomState<ContinuousClock.Instant>) -> UInt64?) {
    let waiter = state.withLock { state in
      choose(&state.room).flatMap { state.continuations.removeValue(forKey: $0) }
    }
    waiter?.resume()
  }

  /// One timer at a time looks after all deadlines; it is set again while anybody waits.
  private func setTimer() {
    let isNeeded = state.withLock { state in
      guard !state.isTimerSet, !state.room.waiters.isEmpty else { return false }
      state.isTimerSet = true
      return true
    }
    guard isNeeded else { return }
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) { [weak self] in self?.expire() }
  }

  private func expire() {
    let waiters = state.withLock { state in
      state.isTimerSet = false
      return state.room.expire(at: .now).compactMap { state.continuations.removeValue(forKey: $0) }
    }
    for waiter in waiters {
      waiter.resume(
        throwing: KafkaError(
          code: .queueFull, reason: "the producer's queue stayed full for enqueueTimeout; are the brokers reachable?", where: "Producer"))
    }
    setTimer()
  }
}
