extension SyncerEngine {
  /// Those who apply, as many as are configured, each with its lanes.
  func appliers(_ queue: RecordQueue, gate: SinkGate) -> [Applier] {
    let preparation = BatchPreparation(sink: sink, unknownRecords: configuration.unknownRecords, state: state)
    // Everybody who has transactions has a number of its own.
    func batches(_ number: Int) -> BatchApplier {
      BatchApplier(
        number: number, sink: sink, deadLetters: deadLetters, configuration: configuration, state: state, gate: gate, metrics: metrics,
        failures: failures, logger: logger)
    }
    return (0..<configuration.parallelism).map { number in
      let batch = batches(number)
      var lanes: LaneApplier?
      if configuration.lanes > 1 {
        let first = configuration.parallelism + number * configuration.lanes
        lanes = LaneApplier(
          lanes: configuration.lanes, sink: sink, appliers: (first..<first + configuration.lanes).map(batches), joiner: batch,
          preparation: preparation, state: state, logger: logger)
      }
      return Applier(number: number, queue: queue, batches: batch, lanes: lanes, preparation: preparation, state: state)
    }
  }
}
