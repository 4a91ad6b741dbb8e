/// One of the tasks that apply: claims records, parses them, lets the sink work ahead, and applies them; while it waits for the database,
/// it prepares the batch behind, where there is enough for one.
struct Applier: Sendable {
  /// From 0.
  let number: Int
  let queue: RecordQueue
  let batches: BatchApplier
  /// Where partitions are divided.
  let lanes: LaneApplier?
  let preparation: BatchPreparation
  let state: EngineState

  private struct Prepared: Sendable {
    let claim: Claim
    /// Where partitions are divided, that is done first: nil.
    let batch: PolledBatch?
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
        let isApplied = await apply(current)
        group.cancelAll()
        return (isApplied, await group.next() ?? nil)
      }
      guard isApplied else { return }
      queue.release(current.claim)
    }
  }

  private func prepared(_ claim: Claim) -> Prepared {
    Prepared(claim: claim, batch: lanes == nil ? preparation.batch(claim.runs) : nil)
  }

  private func apply(_ prepared: Prepared) async -> Bool {
    if let lanes { return await lanes.apply(prepared.claim.runs) }
    guard let batch = prepared.batch else { return true }
    return await batches.apply(batch)
  }
}
