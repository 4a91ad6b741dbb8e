internal import Kafka
internal import Logging

/// Applies the records of one partition in lanes: those of a segment at the same time, each in transactions of its own, then the offset moves
/// past all of them. Barriers stand between segments.
///
/// What fails in one lane is retried and isolated there; the others go on to the end of the segment.
struct LaneApplier: Sendable {
  let lanes: Int
  let sink: any Sink
  /// One for each lane.
  let appliers: [BatchApplier]
  /// For barriers, and for moving the offset.
  let joiner: BatchApplier
  let preparation: BatchPreparation
  let state: EngineState
  let logger: Logger

  /// Applies runs of one partition. False where a stop was asked for before the end.
  func apply(_ runs: [PolledRun]) async -> Bool {
    guard let partition = runs.first?.partition else { return true }
    guard await isDivided(partition, epoch: runs.last?.epoch) else { return await joiner.apply(batch(runs)) }
    for segment in LaneSegments(runs, lanes: lanes).segments {
      switch segment {
      case .barriers(let run):
        guard await joiner.apply(batch([run])) else { return false }
      case .lanes(let runs, let last):
        let areDone = await withTaskGroup(of: Bool.self) { group in
          for (index, run) in runs.enumerated() where !run.records.isEmpty && appliers.indices.contains(index) {
            group.addTask {
              var batch = batch([run])
              batch.lane = Lane(index: index, count: lanes)
              return await appliers[index].apply(batch)
            }
          }
          return await group.reduce(true) { $0 && $1 }
        }
        guard areDone else { return false }
        // All of the segment is applied, so this applies nothing, and moves the offset.
        var join = batch([last])
        join.isJoin = true
        guard await joiner.apply(join) else { return false }
      }
    }
    return true
  }

  /// Whether the partition is divided into as many lanes as are configured; takes care that it becomes so where that can be.
  private func isDivided(_ partition: TopicPartition, epoch: Int?) async -> Bool {
    let (isDivided, isDue) = state.withLock { contents -> (Bool, Bool) in
      guard let entry = contents.ledger.partitions[partition], entry.phase == .active, entry.epoch == epoch, let stored = entry.stored
      else {
        return (false, false)
      }
      guard let progress = entry.lanes else { return (lanes == 1, lanes > 1) }
      return (progress.count == lanes, progress.count != lanes && progress.isCovered(by: stored))
    }
    guard isDue else { return isDivided && lanes > 1 }
    do {
      let taken = try await sink.takeLanes(lanes, of: [partition])[partition]
      state.withLock { $0.ledger.took(taken, of: partition, epoch: epoch) }
      return lanes > 1 && taken?.count == lanes
    } catch {
      // It is tried again with the next records; these are applied one after the other.
      logger.debug("a partition cannot be divided into lanes yet: \(error)", metadata: ["partition": "\(partition)"])
      return false
    }
  }

  private func batch(_ runs: [PolledRun]) -> PolledBatch {
    preparation.batch(runs)
  }
}
