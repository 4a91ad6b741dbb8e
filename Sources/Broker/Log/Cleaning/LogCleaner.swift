import Dispatch
import Logging
import Metrics

/// Compacts the logs of topics with `cleanup.policy=compact`, one at a time and the dirtiest first, on a thread of its own (Kafka's
/// `LogCleaner` and `LogCleanerManager`). Confined to the event loop but for the compaction itself.
final class LogCleaner {
  /// `log.cleaner.backoff.ms`: how long it rests when there was nothing to do.
  static let backoffMillis: Int64 = 15_000

  private let scheduler: any Scheduler
  private let onLoop: @Sendable (@escaping @Sendable () -> Void) -> Void
  private let queue: DispatchQueue
  private let logger: Logger
  private let logs: () -> [any CleanableLog]
  private let readBytes = Counter(label: CleaningMetricNames.readBytes)
  private let writtenBytes = Counter(label: CleaningMetricNames.writtenBytes)
  private let uncleanableCount = Gauge(label: CleaningMetricNames.uncleanablePartitions)
  private let dirtiest = Gauge(label: CleaningMetricNames.maxDirtyPercent)
  private var current: (job: CleaningJob, log: any CleanableLog)?
  /// Logs that could not be compacted; not tried again before a restart.
  private var uncleanable: Set<TopicPartition> = []
  private var nextRound: (any ScheduledWork)?
  private var isStopped = false
  private var whenStopped: [() -> Void] = []

  /// - Parameters:
  ///   - onLoop: runs a closure on the event loop, from any thread.
  ///   - queue: where compaction blocks; serial.
  ///   - logs: all there are, when asked.
  init(
    scheduler: any Scheduler, logger: Logger, onLoop: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
    queue: DispatchQueue = DispatchQueue(label: "sluice.broker.cleaner", qos: .utility), logs: @escaping () -> [any CleanableLog]
  ) {
    self.scheduler = scheduler
    self.logger = logger
    self.onLoop = onLoop
    self.queue = queue
    self.logs = logs
  }

  /// Looks for work from now on.
  func start() { scheduleRound() }

  /// Ends what is under way, soon; `completion` is called when nothing touches a log's files any more.
  func stop(then completion: @escaping () -> Void) {
    isStopped = true
    nextRound?.cancel()
    guard let current else { return completion() }
    whenStopped.append(completion)
    current.job.cancellation.cancel()
  }

  /// The log is being deleted.
  func forget(_ partition: TopicPartition) {
    if uncleanable.remove(partition) != nil { uncleanableCount.record(uncleanable.count) }
    if let current, current.log.partition == partition { current.job.cancellation.cancel() }
  }

  /// Compacts the dirtiest log if there is one to compact.
  func startRound() {
    nextRound?.cancel()
    nextRound = nil
    guard current == nil, !isStopped else { return }
    var best: (plan: CleaningPlan, log: any CleanableLog)?
    for log in logs() where log.configuration.cleanupCompact && !uncleanable.contains(log.partition) {
      do throws(LogError) {
        guard let plan = try log.cleaningPlan(now: scheduler.now) else { continue }
        if plan.dirtyRatio > best?.plan.dirtyRatio ?? -1 { best = (plan, log) }
      } catch { setAside(log.partition, "\(error)") }
    }
    dirtiest.record(((best?.plan.dirtyRatio ?? 0) * 100).rounded())
    guard let best else { return scheduleRound() }
    let job = CleaningJob(plan: best.plan)
    current = (job, best.log)
    step(.first)
  }

  private func scheduleRound() {
    guard !isStopped, nextRound == nil else { return }
    nextRound = scheduler.schedule(afterMilliseconds: Self.backoffMillis) { [weak self] in
      self?.nextRound = nil
      self?.startRound()
    }
  }

  private func step(_ answer: CleaningJob.Answer) {
    guard let job = current?.job else { return }
    // SAFETY: the other thread only passes it on; it is used on the event loop alone.
    nonisolated(unsafe) let cleaner = self
    let onLoop = onLoop
    queue.async {
      let step = job.next(answer)
      onLoop { cleaner.take(step) }
    }
  }

  private func take(_ step: CleaningJob.Step) {
    guard let (job, log) = current else { return }
    switch step {
    case .segment(let segment):
      do throws(LogError) {
        guard !job.cancellation.isCancelled, try log.adopt(segment) else { return self.step(.refused) }
        readBytes.increment(by: segment.replacedBytes)
        writtenBytes.increment(by: segment.sizeBytes)
        self.step(.adopted(segment))
      } catch {
        // The files are between the two: only a restart, which ends the swap, can tell which is which.
        log.takeOffline(error)
        setAside(log.partition, "\(error)")
        end(rests: true)
      }
    case .finished(let offset):
      log.markCleaned(upTo: offset)
      logger.info("compacted", metadata: ["partition": "\(log.partition)", "upTo": "\(offset)", "segments": "\(job.plan.segments.count)"])
      // Without progress it would go round and round.
      end(rests: offset <= job.plan.firstDirtyOffset)
    case .cancelled:
      end(rests: true)
    case .failed(let reason, let isDiskFull):
      if isDiskFull {
        logger.warning("compaction found no space", metadata: ["partition": "\(log.partition)", "reason": "\(reason)"])
      } else {
        setAside(log.partition, reason)
      }
      end(rests: true)
    }
  }

  private func setAside(_ partition: TopicPartition, _ reason: String) {
    logger.error(
      "compaction failed; the partition is not compacted any more until the broker is started again",
      metadata: ["partition": "\(partition)", "reason": "\(reason)"])
    uncleanable.insert(partition)
    uncleanableCount.record(uncleanable.count)
  }

  private func end(rests: Bool) {
    current = nil
    if rests { scheduleRound() } else { startRound() }
    guard isStopped else { return }
    let completions = whenStopped
    whenStopped.removeAll()
    for completion in completions { completion() }
  }
}
