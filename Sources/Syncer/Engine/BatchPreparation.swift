/// Makes batches of what was polled: parses records, sorts out what no handler wants, and lets the sink work ahead.
struct BatchPreparation: Sendable {
  let sink: any Sink
  let unknownRecords: SyncerConfiguration.UnknownRecords
  let state: EngineState

  func batch(_ runs: [PolledRun]) -> PolledBatch {
    var batch = PolledBatch(runs, unknownRecords: unknownRecords, accepts: sink.accepts)
    state.withLock { contents in
      for run in batch.runs { contents.lag.parsed(run.partition, batch.records[run.range]) }
    }
    batch.makePlan(sink)
    return batch
  }
}
