internal import Synchronization

/// Knows which chunks the sink has acknowledged: those whose last row was put into a batch and all of whose batches arrived.
///
/// Workers tell what they do, the pipeline tells what arrived, the task that keeps positions reads the progress. Before `begin` it says nothing.
final class SnapshotProgressTracker: Sendable {
  private struct State {
    var progress: SnapshotProgress?
    var names: [String] = []
    var nextBatch = 0
    /// By batch, which chunks it holds rows of.
    var batches: [Int: Set<SnapshotChunk>] = [:]
    /// By chunk, how many batches hold rows of it.
    var outstanding: [SnapshotChunk: Int] = [:]
    var ended: Set<SnapshotChunk> = []

    mutating func settle(_ chunk: SnapshotChunk) {
      guard ended.contains(chunk), outstanding[chunk] == nil else { return }
      ended.remove(chunk)
      guard !chunk.isChangedOnly, names.indices.contains(chunk.table) else { return }
      progress?.tables[names[chunk.table]]?.done.insert(chunk.pages ?? 0..<PageRanges.endless)
    }
  }

  private let state = Mutex(State())

  /// What may be stored; nil where there is no snapshot that could be taken up again.
  var progress: SnapshotProgress? { state.withLock { $0.progress } }

  /// - Parameters:
  ///   - progress: of an earlier attempt, or none yet; nil if this snapshot cannot be taken up again.
  ///   - tables: their names, in the order of the plan.
  func begin(_ progress: SnapshotProgress?, tables: [String]) {
    state.withLock { state in
      state = State()
      state.progress = progress
      state.names = tables
    }
  }

  /// Names a batch that is about to be filled.
  func openBatch() -> Int {
    state.withLock { state in
      state.nextBatch += 1
      return state.nextBatch
    }
  }

  /// The batch holds rows of this chunk, or will.
  func touch(_ chunk: SnapshotChunk, batch: Int) {
    state.withLock { state in
      if state.batches[batch, default: []].insert(chunk).inserted { state.outstanding[chunk, default: 0] += 1 }
    }
  }

  /// The chunk's last row stands in a batch that was touched, or it has none.
  func end(_ chunk: SnapshotChunk) {
    state.withLock { state in
      state.ended.insert(chunk)
      state.settle(chunk)
    }
  }

  func acknowledge(batch: Int) {
    state.withLock { state in
      for chunk in state.batches.removeValue(forKey: batch) ?? [] {
        if let left = state.outstanding[chunk], left > 1 {
          state.outstanding[chunk] = left - 1
        } else {
          state.outstanding[chunk] = nil
          state.settle(chunk)
        }
      }
    }
  }
}
