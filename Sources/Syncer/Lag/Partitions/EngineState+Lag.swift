internal import Kafka

extension EngineState.Contents {
  /// The lag of each partition whose position and end are known, with what keeps it from being applied.
  func lags(now: Int64) -> [PartitionLag] {
    lag.lags(now: now).map { lag in
      var lag = lag
      lag.state = partitionState(lag.partition)
      return lag
    }
  }

  /// Takes the lag down for trends and for Burrow's rules. A partition that is worked on commits, though its offset may stand still; one that
  /// rests does not.
  mutating func sampleLag(now: Int64) {
    let resting = Set(ledger.partitions.keys.filter { partitionState($0) != .active })
    let isWorking = phase == .running && isSinkUp
    lag.sample(now: now) { isWorking && !resting.contains($0) }
  }

  private func partitionState(_ partition: TopicPartition) -> PartitionLag.State {
    if ledger.partitions[partition]?.phase != .active { return .positioning }
    return paused.contains(partition) ? .paused : .active
  }
}
