internal import Kafka
internal import Logging

/// The task that polls: it keeps the membership of the group alive and queues what it gets.
///
/// It never stops polling for longer than ``Backpressure/patience`` while it runs. Partitions of which more waits than their share are paused instead,
/// and the others polled on: a sink that is down for hours costs no rebalance and no memory, and a topic with a backlog does not stand in the
/// way of another.
struct PollLoop: Sendable {
  let source: any RecordSource
  let configuration: SyncerConfiguration
  let state: EngineState
  let queue: RecordQueue
  let positioner: Positioner
  let gate: SinkGate
  let retries: RetryWaiting
  let metrics: SyncerMetrics
  let failures: FailureMetrics
  let logger: Logger

  /// The longest wait for records: a stop is noticed after this at the latest.
  private static let maxWait: Duration = .milliseconds(200)
  /// The wait while the queue has no room, or partitions are paused because of it: they are resumed after this at the latest.
  private static let pausedWait: Duration = .milliseconds(20)

  func run() async throws {
    defer { queue.finish() }
    var positioningAttempts = 0
    var positionAgainAt = ContinuousClock.now
    var backpressure = Backpressure(limit: configuration.queueBytes)

    while !state.isStopping, !Task.isCancelled {
      let change = queue.version
      guard let wait = await regulate(&backpressure) else {
        await queue.wait(after: change, atMost: Self.pausedWait)
        continue
      }

      if ContinuousClock.now >= positionAgainAt {
        if try await position() {
          positioningAttempts = 0
        } else {
          positioningAttempts += 1
          positionAgainAt = .now + configuration.sinkRetry.delay(after: positioningAttempts, random: .random(in: 0..<1))
        }
      }

      guard
        let polled = try await source.nextRuns(
          maxRecords: configuration.batchRecords, maxBytes: configuration.pollBytes,
          maxWait: wait)
      else { break }
      if !polled.isEmpty { try await admit(polled) }
      noteEnds()
    }
  }

  /// Queues records, tagged with the epochs under which they were polled. Rebalances are handled inside of a poll, so none can come
  /// between the poll and this.
  ///
  /// - Throws: ``SyncerError`` where retention was faster than the consumer and the policy is to fail.
  private func admit(_ polled: [[ConsumerRecord]]) async throws {
    var runs = PolledRun.runs(of: polled, epochs: state.withLock { $0.ledger.epochs })
    if configuration.failures == .retryTopics {
      for index in runs.indices { runs[index] = await retries.due(of: runs[index]) }
      runs.removeAll { $0.records.isEmpty }
    }
    var gaps: [TopicPartition: Int64] = [:]
    state.withLock { contents in
      for (index, run) in runs.enumerated() {
        guard let first = run.records.first, let last = run.records.last else { continue }
        runs[index].follows = contents.ledger.partitions[run.partition]?.fetched
        let gap = contents.ledger.polled(run.partition, first: first.offset, next: last.offset + 1)
        if let gap, gaps[run.partition] == nil { gaps[run.partition] = gap }
        contents.lag.fetched(run.partition, polled: run.records)
      }
    }
    try await check(gaps)
    queue.append(runs)
  }

  /// Finds out whether records are missing where offsets are.
  private func check(_ gaps: [TopicPartition: Int64]) async throws {
    guard !gaps.isEmpty, let watermarks = try? await source.watermarks(of: Array(gaps.keys)) else { return }
    for (partition, gap) in gaps {
      guard let found = watermarks[partition],
        let error = Positioner.misfit(partition, stored: gap, low: found.low, high: max(gap, found.high))
      else { continue }
      if configuration.outOfRange == .fail { throw error }
      logger.error("\(error.reason)")
    }
  }

  /// After what was polled was admitted: the ends lie behind it.
  private func noteEnds() {
    let ends = source.takeReachedEnds()
    guard !ends.isEmpty else { return }
    let now = state.clock.milliseconds
    state.withLock { contents in
      for (partition, offset) in ends { contents.lag.reachedEnd(partition, at: offset, now: now) }
    }
  }

  /// Positions partitions that could not be when they were assigned, or whose stored offset was reset. False where that has to be tried
  /// again.
  private func position() async throws -> Bool {
    let waiting = state.withLock { contents in
      contents.ledger.unpositioned.filter { !contents.holds.isFull($0) }.map { ($0, contents.ledger.partitions[$0]?.firstDropped) }
    }
    guard !waiting.isEmpty else { return true }
    let partitions = waiting.map(\.0)
    do {
      let positioner = positioner
      let starts = try await withTimeLimit(configuration.revokeDeadline) { try await positioner.positions(of: partitions) }
      for (partition, firstDropped) in waiting {
        if let start = starts[partition]?.start ?? firstDropped { try await source.seek(partition, to: start) }
        state.withLock { contents in
          contents.ledger.position(partition, stored: starts[partition]?.start, lanes: starts[partition]?.lanes)
          if let start = starts[partition]?.start { contents.lag.positioned(partition, at: start) }
        }
      }
      return true
    } catch let error as SyncerError {
      throw error
    } catch {
      logger.warning("partitions cannot be positioned yet, trying again", metadata: ["error": "\(error)"])
      return false
    }
  }

  /// Pauses the partitions that have more than their share of the queue or are held for reasons of their own, all of them while the sink is down, and
  /// resumes the others. Returns how long to wait for records; nil where none may be polled, because there is no room for them.
  private func regulate(_ backpressure: inout Backpressure) async -> Duration? {
    let now = state.clock.milliseconds
    let (owned, resting, holds) = state.withLock { contents in
      contents.holds.pass(now: now)
      return (contents.ledger.owned, contents.paused, contents.holds)
    }
    // Asked once: it may open in between.
    let isSinkDown = gate.isOpen
    let footprint = queue.footprint
    let surfeit = isSinkDown ? Set(owned) : queue.surfeit(resting: resting)
    let measures = backpressure.measures(surfeit: surfeit, resting: resting, footprint: footprint, now: .now)
    let paused = (isSinkDown ? surfeit : measures.paused).union(holds.partitions)
    metrics.queued(bytes: footprint)
    failures.held(holds.partitions.count)
    await pause(owned.filter { paused.contains($0) && !resting.contains($0) })
    await resume(owned.filter { resting.contains($0) && !paused.contains($0) })
    if measures.holdsBack, !isSinkDown { return nil }
    if !surfeit.isDisjoint(with: owned) { return Self.pausedWait }
    return min(Self.maxWait, holds.nextDue(now: now).map { .milliseconds(max($0, 1)) } ?? Self.maxWait)
  }

  private func pause(_ partitions: [TopicPartition]) async {
    guard !partitions.isEmpty else { return }
    logger.trace("more is waiting than may: pausing", metadata: ["partitions": "\(partitions)"])
    do {
      try await source.pause(partitions)
      metrics.resting(
        state.withLock { contents in
          contents.paused.formUnion(partitions)
          return contents.paused.count
        })
    } catch {
      logger.warning("partitions cannot be paused yet, trying again: \(error)")
    }
  }

  private func resume(_ partitions: [TopicPartition]) async {
    guard !partitions.isEmpty else { return }
    do {
      try await source.resume(partitions)
      metrics.resting(
        state.withLock { contents in
          contents.paused.subtract(partitions)
          return contents.paused.count
        })
    } catch {
      logger.warning("partitions cannot be resumed yet, trying again: \(error)")
    }
  }
}
