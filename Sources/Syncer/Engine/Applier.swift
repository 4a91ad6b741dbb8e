/// One of the tasks that apply: claims records, parses them, lets the sink work ahead, and applies them; while it waits for the database,
/// it prepares the batch behind, where there is enough for one.
struct Applier: Sendable {
  /// From 0.
  let number: Int
  let queue: RecordQueue
  let batches: BatchApplier
  let sink: any Sink
  let unknownRecords: SyncerConfiguration.UnknownRecords
  let state: EngineState

  private struct Prepared: Sendable {
    let claim: Claim
    let batch: PolledBatch
  }

  /// Works until the queue is finished or a stop is asked for; what is in flight then is finished.
  ///
  /// A claim that is not applied to its end is never released: at a stop, another applier would take what stands behind it, and move the
  /// offset past it.
  func run() async {
    var ahead: Prepared?
    while !state.isStopping {
      let current: Prepared
      if let ahead {
        current = ahead
      } else {
        guard let claim = await queue.claim(for: number) else { return }
        current = prepared(claim)
      }
      let isApplied: Bool
      (isApplied, ahead) = await withTaskGroup(of: Prepared?.self) { group in
        group.addTask { await queue.claimAhead(for: number).map(prepared) }
        let isApplied = await batches.apply(current.batch)
        group.cancelAll()
        return (isApplied, await group.next() ?? nil)
      }
      guard isApplied else { return }
      queue.release(current.claim)
    }
  }

  private func prepared(_ claim: Claim) -> Prepared {
    var batch = PolledBatch(claim.runs, unknownRecords: unknownRecords, accepts: sink.accepts)
    state.withLock { contents in
      for run in batch.runs { contents.lag.parsed(run.partition, batch.records[run.range]) }
    }
    batch.makePlan(sink)
    return Prepared(claim: claim, batch: batch)
  }
}
