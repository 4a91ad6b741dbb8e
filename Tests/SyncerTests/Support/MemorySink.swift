import Kafka
import Synchronization

@testable import Syncer

/// A sink in memory that keeps the contract of ``Sink``: effect and offsets move together, an unexpected offset moves nothing.
final class MemorySink: Sink {
  struct State {
    var stored: [TopicPartition: Int64] = [:]
    var applied: [ChangeRecord] = []
    var isPrepared = false
    var attempts = 0
    /// Batches that came with a plan, and those whose plan was made for other records.
    var planned = 0
    var misplanned = 0
    /// How many questions for offsets fail before one is answered.
    var unanswered = 0
  }

  let name = "memory"
  let state = Mutex(State())
  private let accept: @Sendable (ChangeRecord) -> Bool
  private let before: @Sendable (SinkBatch, Int) async throws -> Void

  /// - Parameters:
  ///   - before: called with each batch and the number of the attempt, from 1, before it is applied; may throw, and may wait.
  init(
    stored: [TopicPartition: Int64] = [:], accept: @escaping @Sendable (ChangeRecord) -> Bool = { _ in true },
    before: @escaping @Sendable (SinkBatch, Int) async throws -> Void = { _, _ in }
  ) {
    self.accept = accept
    self.before = before
    state.withLock { $0.stored = stored }
  }

  var appliedOffsets: [Int64] { state.withLock { $0.applied.map(\.offset) } }
  func stored(_ partition: TopicPartition) -> Int64? { state.withLock { $0.stored[partition] } }
  func store(_ partition: TopicPartition, _ offset: Int64?) { state.withLock { $0.stored[partition] = offset } }

  func prepare(_ scope: OffsetScope) async throws { state.withLock { $0.isPrepared = true } }
  func accepts(_ record: ChangeRecord) -> Bool { accept(record) }

  /// The offsets: whoever applies a batch can tell whether the plan was made for it.
  func plan(_ records: [ChangeRecord], accepted: Bool) -> SinkPlan? { SinkPlan(work: records.map(\.offset)) }

  func storedOffsets(for partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
    try state.withLock { state in
      state.unanswered -= 1
      if state.unanswered >= 0 { throw Outage.make() }
      return state.stored.filter { partitions.contains($0.key) }
    }
  }

  func apply(_ batch: SinkBatch) async throws {
    let attempt = state.withLock { state in
      state.attempts += 1
      if let plan = batch.plan?.work as? [Int64] {
        state.planned += 1
        if plan != batch.records.map(\.offset) { state.misplanned += 1 }
      }
      return state.attempts
    }
    try await before(batch, attempt)
    try state.withLock { state in
      let refused = batch.advances.filter { state.stored[$0.partition] != $0.expected }
      guard refused.isEmpty else {
        throw OffsetConflict(
          stored: Dictionary(uniqueKeysWithValues: refused.map { ($0.partition, state.stored[$0.partition]) }))
      }
      for advance in batch.advances { state.stored[advance.partition] = advance.next }
      state.applied += batch.records
    }
  }

  func resetOffset(of partition: TopicPartition, expected: Int64, to offset: Int64) async throws {
    state.withLock { $0.stored[partition] = offset }
  }

  func ping() async throws {}
}
