internal import Kafka

extension EngineState.Contents {
  /// The lag of each partition whose position and end are known, with what keeps it from being applied.
  func lags(now: Int64) -> [PartitionLag] {
    lag.lags(now: now).map { lag in
      var lag = lag
      lag.state = partitionState(lag.partition, now: now)
      guard lag.state == .delayed else { return lag }
      lag.seconds = 0
      lag.commitSeconds = 0
      lag.status = .ok
      return lag
    }
  }

  /// Takes the lag down for trends and for Burrow's rules. A partition that is worked on commits, though its offset may stand still; one that
  /// rests does not. One that has nothing due is not behind, as if nothing were left.
  mutating func sampleLag(now: Int64) {
    let states = Dictionary(uniqueKeysWithValues: ledger.partitions.keys.map { ($0, partitionState($0, now: now)) })
    let isWorking = phase == .running && isSinkUp
    lag.sample(now: now) { partition in
      switch states[partition] {
      case .delayed: .nothingDue
      case .active: isWorking ? .committing : .resting
      case .paused, .positioning, nil: .resting
      }
    }
  }

  private func partitionState(_ partition: TopicPartition, now: Int64) -> PartitionLag.State {
    if ledger.partitions[partition]?.phase != .active { return .positioning }
    // What was due before the record that is not may still wait to be applied.
    if holds.isDelayed(partition, now: now), !lag.hasWaiting(partition) { return .delayed }
    return paused.contains(partition) ? .paused : .active
  }
}
