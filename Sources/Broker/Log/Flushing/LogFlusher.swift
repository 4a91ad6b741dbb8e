import Dispatch
import Metrics

/// Syncs logs to the disk as the policy says, on a thread of its own, so that the event loop never waits for a disk.
///
/// One round is under way at a time. What is appended meanwhile waits for the next round, which syncs each log once for all who wait: the
/// slower the disk, the more batches share a sync (group commit). Confined to the event loop but for the syncing itself.
final class LogFlusher {
  private struct Waiter {
    let offset: Int64
    let completion: (Bool) -> Void
  }

  private final class Entry {
    let log: any FlushableLog
    var waiters: [Waiter] = []
    var isDirty = true
    var hasFailed = false

    init(log: any FlushableLog) { self.log = log }
  }

  let policy: FlushPolicy
  private let scheduler: any Scheduler
  private let onLoop: @Sendable (@escaping @Sendable () -> Void) -> Void
  private let queue: DispatchQueue
  private let duration = Timer(label: FlushMetricNames.duration)
  private let failures = Counter(label: FlushMetricNames.failures)
  private var entries: [ObjectIdentifier: Entry] = [:]
  private var isFlushing = false
  private var nextRound: (any ScheduledWork)?
  private var whenIdle: [() -> Void] = []

  /// - Parameters:
  ///   - onLoop: runs a closure on the event loop, from any thread.
  ///   - queue: where syncs block; serial.
  init(
    policy: FlushPolicy, scheduler: any Scheduler, onLoop: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
    queue: DispatchQueue = DispatchQueue(label: "sluice.broker.flush")
  ) {
    self.policy = policy
    self.scheduler = scheduler
    self.onLoop = onLoop
    self.queue = queue
  }

  /// To be told after each append. `completion` is called once, on the event loop, now or later: with true when everything before `offset` is
  /// as durable as the policy promises, with false when the sync failed and the log is offline.
  func whenDurable(_ log: any FlushableLog, upTo offset: Int64, then completion: @escaping (Bool) -> Void = { _ in }) {
    guard policy != .os else { return completion(true) }
    let entry = entry(of: log)
    guard !entry.hasFailed else { return completion(false) }
    entry.isDirty = true
    switch policy {
    case .everyBatch:
      entry.waiters.append(Waiter(offset: offset, completion: completion))
      startRound()
    case .interval(let milliseconds):
      scheduleRound(afterMilliseconds: milliseconds)
      completion(true)
    case .os:
      break
    }
  }

  /// The log has sealed a segment: it is synced soon under every policy, so that a recovery need not read it.
  func flushSoon(_ log: any FlushableLog) {
    entry(of: log).isDirty = true
    startRound()
  }

  /// Syncs everything now, whatever the policy: for a clean shutdown. Logs of policy `os` have to be named.
  func flushAll(_ logs: [any FlushableLog] = [], then completion: @escaping () -> Void) {
    for log in logs { entry(of: log).isDirty = true }
    whenIdle.append(completion)
    startRound()
    completeIfIdle()
  }

  /// The log is closed or deleted: whoever waits for it is told that it failed.
  func forget(_ log: any FlushableLog) {
    guard let entry = entries.removeValue(forKey: ObjectIdentifier(log)) else { return }
    let waiters = entry.waiters
    entry.waiters.removeAll()
    for waiter in waiters { waiter.completion(false) }
  }

  private func entry(of log: any FlushableLog) -> Entry {
    let key = ObjectIdentifier(log)
    if let entry = entries[key] { return entry }
    let entry = Entry(log: log)
    entries[key] = entry
    return entry
  }

  private func scheduleRound(afterMilliseconds milliseconds: Int64) {
    guard nextRound == nil else { return }
    nextRound = scheduler.schedule(afterMilliseconds: milliseconds) { [weak self] in
      self?.nextRound = nil
      self?.startRound()
    }
  }

  private func startRound() {
    guard !isFlushing else { return }
    var pending: [(key: ObjectIdentifier, flush: PendingFlush)] = []
    for (key, entry) in entries where entry.isDirty && !entry.hasFailed {
      entry.isDirty = false
      do throws(LogError) {
        if let flush = try entry.log.prepareFlush() {
          pending.append((key, flush))
        } else {
          // Somebody else has synced it; compaction and a new segment do.
          complete(entry, upTo: .max)
        }
      } catch { fail(entry, error) }
    }
    guard !pending.isEmpty else { return completeIfIdle() }
    isFlushing = true
    let work = pending
    // SAFETY: only these two lines touch it on another thread, and they only pass it on; it is used on the event loop alone.
    nonisolated(unsafe) let flusher = self
    let onLoop = onLoop
    queue.async {
      var outcomes: [(ObjectIdentifier, FlushOutcome)] = []
      for (key, flush) in work { outcomes.append((key, Self.synchronize(flush))) }
      let done = outcomes
      onLoop { flusher.endRound(done) }
    }
  }

  private static func synchronize(_ flush: PendingFlush) -> FlushOutcome {
    let start = DispatchTime.now().uptimeNanoseconds
    var failure: LogError?
    do throws(LogError) { try flush.synchronize() } catch { failure = error }
    return FlushOutcome(
      upTo: flush.upTo, nanoseconds: Int64(clamping: DispatchTime.now().uptimeNanoseconds - start), error: failure)
  }

  private func endRound(_ outcomes: [(ObjectIdentifier, FlushOutcome)]) {
    isFlushing = false
    for (key, outcome) in outcomes {
      duration.recordNanoseconds(outcome.nanoseconds)
      // Gone when the log was forgotten in the meantime.
      guard let entry = entries[key] else { continue }
      if let error = outcome.error {
        fail(entry, error)
      } else {
        entry.log.markFlushed(upTo: outcome.upTo)
        complete(entry, upTo: outcome.upTo)
        if !entry.isDirty, entry.waiters.isEmpty { entries[key] = nil }
      }
    }
    switch policy {
    case .interval(let milliseconds) where whenIdle.isEmpty:
      // The time of what was appended meanwhile may have come, and gone, during this round.
      if entries.values.contains(where: { $0.isDirty && !$0.hasFailed }) { scheduleRound(afterMilliseconds: milliseconds) }
    default: startRound()
    }
    completeIfIdle()
  }

  private func complete(_ entry: Entry, upTo offset: Int64) {
    let ready = entry.waiters.prefix { $0.offset <= offset }
    entry.waiters.removeFirst(ready.count)
    for waiter in ready { waiter.completion(true) }
  }

  private func fail(_ entry: Entry, _ error: LogError) {
    guard !entry.hasFailed else { return }
    entry.hasFailed = true
    failures.increment()
    entry.log.takeOffline(error)
    let waiters = entry.waiters
    entry.waiters.removeAll()
    for waiter in waiters { waiter.completion(false) }
  }

  private func completeIfIdle() {
    guard !isFlushing, !whenIdle.isEmpty else { return }
    nextRound?.cancel()
    nextRound = nil
    let completions = whenIdle
    whenIdle.removeAll()
    for completion in completions { completion() }
  }
}
