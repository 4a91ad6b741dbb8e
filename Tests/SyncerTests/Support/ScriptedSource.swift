import Kafka
import Synchronization

@testable import Syncer

/// A consumer whose records and rebalances come when the test says so. Rebalances are handled inside of a poll, as a real one does.
final class ScriptedSource: RecordSource {
  enum Event: Sendable {
    case records([ConsumerRecord])
    case assign([TopicPartition])
    case revoke([TopicPartition])
    case lose([TopicPartition])
  }

  struct State {
    var events: [Event] = []
    var listener: (any AssignmentListener)?
    var polls = 0
    var paused: Set<TopicPartition> = []
    var starts: [TopicPartition: Int64] = [:]
    var seeks: [TopicPartition: Int64] = [:]
    var commits: [[TopicPartition: Int64]] = []
    var watermarks: [TopicPartition: Watermarks] = [:]
    var ends: [TopicPartition: Int64] = [:]
    var isClosed = false
    /// How many commits fail before one succeeds, and how.
    var commitFailures = 0
    var failedCommits = 0
    var isUnreachable = false
    var questions = 0
  }

  let state = Mutex(State())

  func push(_ events: Event...) { state.withLock { $0.events += events } }
  func setEnd(_ partition: TopicPartition, low: Int64 = 0, high: Int64) {
    state.withLock { $0.watermarks[partition] = Watermarks(low: low, high: high) }
  }

  var isDrained: Bool { state.withLock { $0.events.isEmpty } }
  var polls: Int { state.withLock { $0.polls } }

  func clusterID(deadline: Duration) async throws -> String {
    let isReachable = state.withLock { state in
      state.questions += 1
      return !state.isUnreachable
    }
    if isReachable { return "scripted" }
    // As the client does: it cannot be interrupted.
    await Task { try? await Task.sleep(for: deadline) }.value
    throw KafkaError(code: .timedOut, where: "clusterID")
  }

  func subscribe(_ topics: [String], listener: any AssignmentListener) async throws {
    state.withLock { $0.listener = listener }
  }

  func nextRuns(maxRecords: Int, maxBytes: Int, maxWait: Duration) async throws -> [[ConsumerRecord]]? {
    try Task.checkCancellation()
    let (event, listener) = state.withLock { state -> (Event?, (any AssignmentListener)?) in
      state.polls += 1
      guard !state.isClosed else { return (nil, nil) }
      // Records of partitions that are paused stay where they are.
      if case .records(let records)? = state.events.first, records.contains(where: { state.paused.contains($0.topicPartition) }) {
        return (nil, state.listener)
      }
      return (state.events.isEmpty ? nil : state.events.removeFirst(), state.listener)
    }
    guard let listener else { return nil }
    switch event {
    case nil:
      try await Task.sleep(for: min(maxWait, .milliseconds(1)))
      return []
    case .records(let records)?:
      return records.reduce(into: []) { runs, record in
        if runs.last?.last?.topicPartition == record.topicPartition { runs[runs.count - 1].append(record) } else { runs.append([record]) }
      }
    case .assign(let partitions)?:
      let starts = await listener.assigned(partitions)
      state.withLock { $0.starts.merge(starts) { $1 } }
      return []
    case .revoke(let partitions)?:
      await listener.revoked(partitions)
      return []
    case .lose(let partitions)?:
      await listener.lost(partitions)
      return []
    }
  }

  func takeReachedEnds() -> [TopicPartition: Int64] {
    state.withLock { state in
      defer { state.ends = [:] }
      return state.ends
    }
  }

  func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Watermarks] {
    state.withLock { state in state.watermarks.filter { partitions.contains($0.key) } }
  }

  func seek(_ partition: TopicPartition, to offset: Int64) async throws { state.withLock { $0.seeks[partition] = offset } }
  func pause(_ partitions: [TopicPartition]) async throws { state.withLock { $0.paused.formUnion(partitions) } }
  func resume(_ partitions: [TopicPartition]) async throws { state.withLock { $0.paused.subtract(partitions) } }

  func commit(_ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64] {
    try state.withLock { state in
      guard state.commitFailures == 0 else {
        state.commitFailures -= 1
        state.failedCommits += 1
        throw KafkaError(code: .transport, where: "commit")
      }
      state.commits.append(offsets)
    }
    return offsets
  }

  func close(deadline: Duration) async { state.withLock { $0.isClosed = true } }
}
