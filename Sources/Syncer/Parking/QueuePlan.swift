/// Decides, step by step, how the queue of a parked key gets applied: how much of it in one transaction, what is tried again, and which record parks the key
/// again. Pure.
///
/// Nothing is skipped: the first record of the queue either gets through or ends the plan.
struct QueuePlan: Sendable {
  /// What to do next.
  enum Step: Hashable, Sendable {
    /// Apply the first records of the queue, so many at most.
    case apply(Int)
    /// Wait, then go on.
    case wait(Duration)
    /// Park the key again with the first record of the queue, which stands at this offset; dead-letter it first where that was not done before.
    case park(offset: Int64, QueueFailure, isNew: Bool)
    /// Leave the key as it is: it is looked at again later.
    case leave
    /// Nothing is left to do.
    case finished
  }

  /// What to do now.
  private(set) var step: Step

  private let key: ParkedKey
  private let settings: ParkingSettings
  private let retry: RetryPolicy
  private var limit: Int
  private var attempts = 0

  /// - Parameter retry: for failures that may pass by themselves.
  init(_ key: ParkedKey, settings: ParkingSettings, retry: RetryPolicy) {
    self.key = key
    self.settings = settings
    self.retry = retry
    limit = max(settings.queueRecords, 1)
    step = .apply(limit)
  }

  /// An attempt got through, or there was nothing to do.
  mutating func did(_ result: QueueStep) {
    attempts = 0
    switch result {
    case .nothingToDo, .released: step = .finished
    case .applied:
      limit = min(limit * 2, max(settings.queueRecords, 1))
      step = .apply(limit)
    }
  }

  /// The wait is over.
  mutating func waited() { step = .apply(limit) }

  /// An attempt at the first `count` records failed.
  ///
  /// - Parameters:
  ///   - first: the first of the queue.
  ///   - verdict: a poison's index counts from it.
  ///   - random: uniformly from 0 up to 1.
  mutating func failed(count: Int, first: ParkedRecord, _ verdict: FailureVerdict, isMalformed: Bool, random: Double) {
    switch verdict.failureClass {
    case .sinkDown:
      step = .leave
    case .transient:
      attempts += 1
      if !retry.isExhausted(after: attempts) {
        step = .wait(retry.delay(after: attempts, random: random))
      } else {
        narrow(to: count / 2, count: count, first, verdict, .transient, random)
      }
    case .permanent:
      narrow(to: count / 2, count: count, first, verdict, .permanent, random)
    case .poison(let index):
      // Those before it are applied first; where it is the first, it is the one.
      let isKnown = (0..<count).contains(index)
      narrow(to: isKnown ? index : count / 2, count: count, first, verdict, isMalformed ? .malformed : .poison, random)
    }
  }

  private mutating func narrow(
    to wanted: Int, count: Int, _ first: ParkedRecord, _ verdict: FailureVerdict, _ errorClass: ParkedErrorClass, _ random: Double
  ) {
    attempts = 0
    guard wanted < 1 else {
      limit = wanted
      step = .apply(limit)
      return
    }
    let isAgain = first.kind == .failed && first.record.offset == key.failedOffset
    let attempts = isAgain ? key.attempts + 1 : 0
    step = .park(
      offset: first.record.offset,
      QueueFailure(
        errorClass: errorClass, verdict: verdict, attempts: attempts,
        retryAfter: errorClass == .malformed ? nil : settings.retryAfter(verdict, attempts: attempts, random: random)),
      isNew: first.kind == .behind)
  }
}
