internal import Kafka
internal import Logging

/// The task that polls: it keeps the membership of the group alive, parses what it gets, and hands it over.
///
/// It never stops polling while it runs. When the applying task has no room, it pauses the partitions instead and polls on: a sink that
/// is down for hours costs no rebalance and no memory.
struct PollLoop: Sendable {
  let source: any RecordSource
  let sink: any Sink
  let configuration: SyncerConfiguration
  let state: EngineState
  let channel: BatchChannel
  let positioner: Positioner
  let logger: Logger

  /// The longest wait for records: a stop is noticed after this at the latest.
  private static let maxWait: Duration = .milliseconds(200)
  /// The wait while paused, when nothing but rebalances can come.
  private static let pausedWait: Duration = .milliseconds(50)
  /// How long polling rests for the applying task before the partitions are paused.
  private static let patience: Duration = .seconds(1)

  func run() async throws {
    defer { channel.finish() }
    // What was polled and not handed over: one batch, and what arrived while it took to pause.
    var held: [PolledBatch] = []
    var isResting = false
    var positioningAttempts = 0
    var positionAgainAt = ContinuousClock.now

    while !state.isStopping, !Task.isCancelled {
      if let batch = held.first {
        if await channel.offer(batch, patience: isResting ? .zero : Self.patience) {
          held.removeFirst()
          continue
        }
        // Again each time: partitions that were assigned meanwhile are not paused.
        await pause()
        isResting = true
      } else {
        await resume()
        isResting = false
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
        let records = try await source.nextRecords(
          maxRecords: configuration.batchRecords, maxBytes: configuration.batchBytes,
          maxWait: held.isEmpty ? Self.maxWait : Self.pausedWait)
      else { break }
      if !records.isEmpty { held.append(try await admit(records)) }
      noteEnds()
    }
  }

  /// Tags records with the epochs under which they were polled. Rebalances are handled inside of a poll, so none can come between the
  /// poll and this.
  ///
  /// - Throws: ``SyncerError`` where retention was faster than the consumer and the policy is to fail.
  private func admit(_ records: [ConsumerRecord]) async throws -> PolledBatch {
    let epochs = state.withLock { $0.ledger.epochs }
    var batch = PolledBatch(records, epochs: epochs, unknownRecords: configuration.unknownRecords, accepts: sink.accepts)
    batch.makePlan(sink)
    var gaps: [TopicPartition: Int64] = [:]
    state.withLock { contents in
      for run in batch.runs {
        let first = batch.records[run.range.lowerBound]
        let last = batch.records[run.range.upperBound - 1]
        let gap = contents.ledger.polled(run.partition, first: first.offset, next: last.offset + 1)
        if let gap, gaps[run.partition] == nil { gaps[run.partition] = gap }
        contents.lag.fetched(run.partition, batch.records[run.range])
      }
    }
    guard !gaps.isEmpty, let watermarks = try? await source.watermarks(of: Array(gaps.keys)) else { return batch }
    for (partition, gap) in gaps {
      guard let found = watermarks[partition],
        let error = Positioner.misfit(partition, stored: gap, low: found.low, high: max(gap, found.high))
      else { continue }
      if configuration.outOfRange == .fail { throw error }
      logger.error("\(error.reason)")
    }
    return batch
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
      contents.ledger.unpositioned.map { ($0, contents.ledger.partitions[$0]?.firstDropped) }
    }
    guard !waiting.isEmpty else { return true }
    let partitions = waiting.map(\.0)
    do {
      let positioner = positioner
      let starts = try await withTimeLimit(configuration.revokeDeadline) { try await positioner.starts(of: partitions) }
      for (partition, firstDropped) in waiting {
        if let start = starts[partition] ?? firstDropped { try await source.seek(partition, to: start) }
        state.withLock { contents in
          contents.ledger.position(partition, stored: starts[partition])
          if let start = starts[partition] { contents.lag.positioned(partition, at: start) }
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

  private func pause() async {
    let (owned, isFirst) = state.withLock { ($0.ledger.owned, $0.paused.isEmpty) }
    guard !owned.isEmpty else { return }
    if isFirst { logger.debug("the sink is behind: pausing") }
    do {
      try await source.pause(owned)
      state.withLock { $0.paused.formUnion(owned) }
    } catch {
      logger.warning("partitions cannot be paused yet, trying again: \(error)")
    }
  }

  private func resume() async {
    let paused = state.withLock { contents in contents.paused.isEmpty ? [] : contents.ledger.owned.filter(contents.paused.contains) }
    guard !paused.isEmpty else { return }
    do {
      try await source.resume(paused)
      state.withLock { $0.paused.subtract(paused) }
    } catch {
      logger.warning("partitions cannot be resumed yet, trying again: \(error)")
    }
  }
}
