internal import Kafka
internal import Logging

/// Makes portions of a batch for the sink: leaves out what was applied already, what belongs to somebody else by now, and what is excluded,
/// and says how the offsets move.
///
/// Called anew before each attempt, because the answers change while an attempt is waited for. What is excluded is passed over: offsets
/// move past it with the records around it. Whatever else is to become of such a record in the same transaction (being parked behind
/// another one of its key, say) is to be added to ``Portion/batch`` where excluded records are left out.
struct PortionBuilder: Sendable {
  /// The applier's number.
  let applier: Int
  let state: EngineState
  let metrics: SyncerMetrics
  let logger: Logger

  /// What may be applied of a range now, and how the offsets move. Its partitions are in flight from here on, until ``finished()``.
  func portion(of batch: PolledBatch, _ range: Range<Int>, excluded: Set<Int>) -> Portion {
    var stale = 0
    var duplicates = 0
    var overtaken: [TopicPartition] = []
    // In one piece: a revocation either comes before, and what it takes is left out, or it finds the partition in flight and waits.
    var portion = state.withLock { contents in
      var portion = Portion()
      var next: [TopicPartition: Int64] = [:]
      for (run, from) in Self.admissions(batch, range, contents.ledger) {
        guard let from else {
          stale += run.range.count
          continue
        }
        if let follows = run.follows, next[run.partition] ?? from < follows {
          // A defect: what was polled before has to be applied first. Nothing is lost, since it is all read again.
          overtaken.append(run.partition)
          contents.ledger.unposition(run.partition, from: from)
          continue
        }
        let lanes = contents.ledger.partitions[run.partition]?.lanes
        var last: ChangeRecord?
        for index in run.range {
          let record = batch.records[index]
          guard record.offset >= from else {
            duplicates += 1
            continue
          }
          if last == nil, portion.starts[run.partition] == nil { portion.starts[run.partition] = record.offset }
          last = record
          // A lane has applied it already, or parked it: the offset moves past it.
          if let lanes, lanes.hasApplied(key: record.key, offset: record.offset) {
            if !batch.isJoin { duplicates += 1 }
            continue
          }
          if excluded.contains(index) {
            portion.passed.append(index)
            continue
          }
          portion.batch.records.append(batch.presented(index))
          portion.indices.append(index)
        }
        if let last {
          next[run.partition] = last.offset + 1
          portion.timestamps[run.partition] = last.timestamp
        }
      }
      if let lane = batch.lane {
        portion.batch.laneMoves = next.compactMap { contents.ledger.move(lane, of: $0.key, to: $0.value) }
        // Not divided that way any more: nothing of it may be applied.
        if portion.batch.laneMoves.isEmpty { portion = Portion() }
      } else {
        portion.batch.advances = next.compactMap { contents.ledger.advance($0.key, to: $0.value) }.sorted { $0.partition < $1.partition }
      }
      contents.inFlight[applier] = portion.partitions
      contents.counts.recordsSkipped += UInt64(stale + duplicates)
      return portion
    }
    // As many as were planned for are those that were planned for: what is left out of a batch is never let in again.
    if portion.indices.count == batch.records.count - batch.excluded.count { portion.batch.plan = batch.plan }
    for partition in overtaken {
      logger.critical("records would have been passed over; they are read again", metadata: ["at": "\(partition)"])
    }
    metrics.skipped(stale, .stale)
    metrics.skipped(duplicates, .duplicate)
    return portion
  }

  /// The portion was committed, or rolled back.
  func finished() {
    state.withLock { $0.inFlight[applier] = nil }
    state.changed.signal()
  }

  /// The indices of a range that may be applied now.
  func admitted(_ batch: PolledBatch, _ range: Range<Int>) -> Set<Int> {
    state.withLock { contents in
      var indices: Set<Int> = []
      for (run, from) in Self.admissions(batch, range, contents.ledger) {
        guard let from else { continue }
        let lanes = contents.ledger.partitions[run.partition]?.lanes
        for index in run.range where batch.records[index].offset >= from {
          let record = batch.records[index]
          if !(lanes?.hasApplied(key: record.key, offset: record.offset) ?? false) { indices.insert(index) }
        }
      }
      return indices
    }
  }

  /// The runs that overlap a range, cut to it, each with the first offset that may be applied, nil where nothing may.
  private static func admissions(_ batch: PolledBatch, _ range: Range<Int>, _ ledger: OffsetLedger) -> [(PolledBatch.Run, Int64?)] {
    batch.runs.compactMap { run in
      let overlap = run.range.clamped(to: range)
      guard !overlap.isEmpty else { return nil }
      var cut = run
      if overlap.lowerBound > run.range.lowerBound { cut.follows = nil }
      cut.range = overlap
      return (cut, ledger.admittedFrom(run.partition, epoch: run.epoch))
    }
  }
}
