internal import Logging

/// Retention, over all logs.
extension TopicCatalogue {
  /// Drops what retention lets go in every log, every `log.retention.check.interval.ms`. One call works for at most about 20 ms and leaves
  /// the rest to the scheduler, so that requests get their turn in between; a call during a pass that is still under way does nothing.
  func sweep(now: Int64, scheduler: any Scheduler, slice: Duration = .milliseconds(20)) {
    guard !sweepState.isRunning else { return }
    sweepState.isRunning = true
    sweepState.remaining = topics.values.flatMap { $0.logs.map(\.partition) }.sorted(by: >)
    continueSweep(now: now, scheduler: scheduler, slice: slice)
  }

  /// Removes the files of segments deleted `file.delete.delay.ms` ago. To be called more often than retention is looked at: whoever deletes
  /// records because the disk is full waits for this.
  func removeDeletedFiles(now: Int64) {
    for topic in topics.values {
      for log in topic.logs where !log.retired.isEmpty { log.removeDeletedFiles(now: now) }
    }
  }

  private func continueSweep(now: Int64, scheduler: any Scheduler, slice: Duration) {
    let end = ContinuousClock.now + slice
    repeat {
      guard let partition = sweepState.remaining.popLast() else {
        sweepState.isRunning = false
        return
      }
      // Its topic may have been deleted since the pass began.
      guard let log = log(partition.topic, partition.partition) else { continue }
      do {
        _ = try log.applyRetention(now: now)
      } catch {
        logger.error("retention failed", metadata: ["partition": "\(partition)", "error": "\(error)"])
      }
    } while ContinuousClock.now < end
    scheduler.schedule(afterMilliseconds: 0) { [weak self, weak scheduler] in
      guard let self, let scheduler else { return }
      continueSweep(now: scheduler.now, scheduler: scheduler, slice: slice)
    }
  }
}
