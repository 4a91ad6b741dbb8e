/// Who waits for room in the producer's queue, and who goes next. Pure: the caller supplies time, and wakes whom it is told to.
///
/// One waiter is woken at a time and wakes the next when it has put everything in (`passOn`), so that batches enter in the order in
/// which their senders came and a thousand senders do not all try for one place.
struct QueueRoomState<Instant: Comparable> {
  struct Waiter {
    var ticket: UInt64
    var deadline: Instant
  }

  /// Grows each time that room appears. A sender that found the queue full under an older number tries again at once.
  private(set) var generation: UInt64 = 0
  private(set) var waiters: [Waiter] = []
  private(set) var isClosed = false

  enum Answer: Equatable {
    /// Room appeared since the sender looked, or the producer is closed: try again.
    case retry
    case waiting
  }

  mutating func enter(_ ticket: UInt64, seen: UInt64, deadline: Instant, isFirst: Bool) -> Answer {
    if isClosed || (isFirst && seen != generation) { return .retry }
    if !isFirst && waiters.isEmpty && seen != generation { return .retry }
    waiters.insert(Waiter(ticket: ticket, deadline: deadline), at: isFirst ? 0 : waiters.endIndex)
    return .waiting
  }

  /// Room appeared: the ticket to wake.
  mutating func free() -> UInt64? {
    generation &+= 1
    return passOn()
  }

  /// A sender is through: the next ticket to wake.
  mutating func passOn() -> UInt64? {
    waiters.isEmpty ? nil : waiters.removeFirst().ticket
  }

  /// The tickets whose time is over.
  mutating func expire(at now: Instant) -> [UInt64] {
    let expired = waiters.filter { $0.deadline <= now }.map(\.ticket)
    if !expired.isEmpty { waiters.removeAll { $0.deadline <= now } }
    return expired
  }

  /// Takes a waiter out; false if it is not there any more.
  mutating func leave(_ ticket: UInt64) -> Bool {
    guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return false }
    waiters.remove(at: index)
    return true
  }

  mutating func close() -> [UInt64] {
    isClosed = true
    defer { waiters = [] }
    return waiters.map(\.ticket)
  }
}
