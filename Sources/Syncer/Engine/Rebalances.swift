internal import Kafka
internal import Logging

/// Handles assignments while the group waits.
///
/// A revocation never commits: the transactions that are being applied may end, whichever applier's they are; what is polled and not applied
/// is dropped, and the next owner begins at the offset that the sink has stored.
final class Rebalances: AssignmentListener {
  private let state: EngineState
  private let queue: RecordQueue
  private let positioner: Positioner
  private let metrics: SyncerMetrics
  private let deadline: Duration
  private let logger: Logger

  init(state: EngineState, queue: RecordQueue, positioner: Positioner, metrics: SyncerMetrics, deadline: Duration, logger: Logger) {
    self.state = state
    self.queue = queue
    self.positioner = positioner
    self.metrics = metrics
    self.deadline = deadline
    self.logger = logger
  }

  func assigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
    let now = state.clock.milliseconds
    let owned = state.withLock { contents in
      contents.hasJoined = true
      contents.ledger.assign(partitions)
      for partition in partitions { contents.lag.assign(partition, position: nil, now: now) }
      // A member that had nothing to do has not been standing still until now.
      contents.lastProgress = now
      return contents.ledger.owned.count
    }
    metrics.rebalanced(owned: owned)
    logger.info("partitions assigned", metadata: ["partitions": "\(Self.text(partitions))", "owned": "\(owned)"])
    guard !partitions.isEmpty else { return [:] }
    do {
      let positioner = positioner
      let starts = try await withTimeLimit(deadline) { try await positioner.positions(of: partitions) }
      state.withLock { contents in
        for partition in partitions {
          contents.ledger.position(partition, stored: starts[partition]?.start, lanes: starts[partition]?.lanes)
          if let start = starts[partition]?.start { contents.lag.positioned(partition, at: start) }
        }
      }
      return starts.mapValues(\.start)
    } catch let error as SyncerError {
      state.fail(error)
    } catch {
      // The polling task asks again. Until then what is polled of these partitions is dropped.
      logger.warning("stored offsets are not known yet, asking again", metadata: ["error": "\(error)"])
    }
    return [:]
  }

  func revoked(_ partitions: [TopicPartition]) async {
    await forget(partitions, "partitions revoked")
    let deadline = ContinuousClock.now + deadline
    let revoked = Set(partitions)
    while true {
      let version = state.changed.version
      let isInFlight = state.withLock { $0.isInFlight(revoked) }
      if !isInFlight { return }
      let left = deadline - .now
      if left <= .zero {
        // Its offsets are taken in that transaction: the next owner waits for it, or it finds itself overtaken and rolls back.
        logger.warning("a transaction on revoked partitions is not finished yet", metadata: ["partitions": "\(Self.text(partitions))"])
        return
      }
      // In a task of its own: in a cancelled one no wait would wait.
      await Task { await state.changed.wait(after: version, atMost: left) }.value
    }
  }

  func lost(_ partitions: [TopicPartition]) async {
    await forget(partitions, "partitions lost")
  }

  func left() {
    state.withLock { $0.hasJoined = false }
  }

  private func forget(_ partitions: [TopicPartition], _ message: Logger.Message) async {
    let (owned, paused) = state.withLock { contents in
      contents.ledger.revoke(partitions)
      contents.lag.remove(partitions)
      contents.parked.forget(partitions)
      contents.holds.release(partitions)
      return (contents.ledger.owned.count, partitions.filter(contents.paused.contains))
    }
    queue.drop(partitions)
    metrics.lag.remove(partitions)
    metrics.rebalanced(owned: owned)
    if !paused.isEmpty, !state.isStopping { await resume(paused) }
    logger.info(message, metadata: ["partitions": "\(Self.text(partitions))", "owned": "\(owned)"])
  }

  /// librdkafka keeps a partition paused that goes away while it is paused: the sink comes back, the partition comes back, and it would
  /// stand still for ever. So it is resumed before it goes.
  private func resume(_ paused: [TopicPartition]) async {
    do {
      try await positioner.source.resume(paused)
      state.withLock { $0.paused.subtract(paused) }
    } catch {
      logger.warning("partitions that go cannot be resumed, that is done when they come back: \(error)")
    }
  }

  private static func text(_ partitions: [TopicPartition]) -> String {
    partitions.sorted().map { "\($0.topic)[\($0.partition)]" }.joined(separator: " ")
  }
}
