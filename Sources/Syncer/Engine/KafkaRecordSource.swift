internal import Kafka
internal import Logging
internal import Synchronization

/// A consumer of the `Kafka` module as the engine sees it.
///
/// A static member that was fenced loses its partitions and watches its name (``FencedMember``): it joins again with another client if there
/// is no twin, and fails if there is. Meanwhile there are no records, as in a rebalance.
final class KafkaRecordSource: RecordSource {
  /// Shorter than what a rebalance waits for its handler.
  private static let watermarksTimeout: Duration = .seconds(5)
  /// How often and for how long the coordinator is asked who has the name.
  private static let lookInterval: Duration = .seconds(1)
  private static let lookTimeout: Duration = .seconds(2)

  private struct State {
    var consumer: Consumer
    var topics: [String] = []
    var assignments: Assignments?
    var fencing: Fencing?
    var joinedAgainAt: ContinuousClock.Instant?
  }

  private struct Fencing {
    let error: KafkaError
    var member: FencedMember
    var nextLook: ContinuousClock.Instant
  }

  private let state: Mutex<State>
  private let logger: Logger

  init(_ consumer: Consumer, logger: Logger) {
    state = Mutex(State(consumer: consumer))
    self.logger = logger
  }

  private var consumer: Consumer { state.withLock { $0.consumer } }

  func clusterID(deadline: Duration) async throws -> String {
    try await consumer.clusterID(timeout: deadline)
  }

  func subscribe(_ topics: [String], listener: any AssignmentListener) async throws {
    let assignments = Assignments(listener: listener)
    state.withLock { state in
      state.topics = topics
      state.assignments = assignments
    }
    try await consumer.subscribe(topics, rebalance: assignments)
  }

  func nextRuns(maxRecords: Int, maxBytes: Int, maxWait: Duration) async throws -> [[ConsumerRecord]]? {
    if let fencing = state.withLock({ $0.fencing }) { return try await watch(fencing, maxWait: maxWait) }
    let consumer = consumer
    do {
      return try await consumer.nextBatch(maxRecords: maxRecords, maxBytes: maxBytes, maxWait: maxWait)?.runs()
    } catch let error as KafkaError where error.code == .fencedInstanceId {
      try await fenced(consumer, error)
      return []
    }
  }

  func takeReachedEnds() -> [TopicPartition: Int64] {
    consumer.takeReachedEnds()
  }

  func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Watermarks] {
    try await consumer.watermarks(for: partitions, timeout: Self.watermarksTimeout)
  }

  func seek(_ partition: TopicPartition, to offset: Int64) async throws {
    try await consumer.seek([partition: offset])
  }

  func pause(_ partitions: [TopicPartition]) async throws {
    try await consumer.pause(partitions)
  }

  func resume(_ partitions: [TopicPartition]) async throws {
    try await consumer.resume(partitions)
  }

  func commit(_ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64] {
    let lost = try await consumer.commit(offsets).lost
    return offsets.filter { !lost.contains($0.key) }
  }

  func close(deadline: Duration) async {
    await consumer.close(deadline: deadline)
  }

  // MARK: Fencing

  /// The client is beyond use: another takes its place, and does not join yet.
  private func fenced(_ consumer: Consumer, _ error: KafkaError) async throws {
    guard let instanceID = consumer.instanceID else { throw error }
    logger.warning(
      """
      the group has given this member's syncer.instance_id another member ID: partitions are given up until it is clear whether another \
      process has it
      """,
      metadata: ["error": "\(error)"])
    let now = ContinuousClock.now
    let member = FencedMember(
      instanceID: instanceID, ownID: await consumer.memberID(), sessionTimeout: consumer.effectiveSessionTimeout, now: now)
    await state.withLock({ $0.assignments })?.loseAll()
    let successor = try consumer.successor()
    await consumer.close(deadline: Self.lookTimeout)
    state.withLock { state in
      state.consumer = successor
      state.fencing = Fencing(error: error, member: member, nextLook: member.firstLook(joinedAgainAt: state.joinedAgainAt, now: now))
    }
  }

  /// One step of watching the name, no longer than `maxWait` unless the coordinator is being asked.
  private func watch(_ fencing: Fencing, maxWait: Duration) async throws -> [[ConsumerRecord]] {
    guard ContinuousClock.now >= fencing.nextLook else {
      try await Task.sleep(for: min(maxWait, max(.zero, fencing.nextLook - .now)))
      return []
    }
    var fencing = fencing
    fencing.nextLook = .now + Self.lookInterval * Double.random(in: 0.75...1.25)
    let verdict: FencedMember.Verdict
    do {
      verdict = fencing.member.saw(try await consumer.describeGroup(timeout: Self.lookTimeout), at: .now)
    } catch let error as KafkaError where error.isRetriable {
      logger.debug("the coordinator does not say who has the instance ID: \(error)")
      verdict = fencing.member.sawNothing(at: .now)
    } catch let error as KafkaError {
      logger.warning("it cannot be found out who has the instance ID: \(error)")
      throw fencing.error
    }
    switch verdict {
    case .taken: throw fencing.error
    case .unclear: state.withLock { $0.fencing = fencing }
    case .free: try await joinAgain()
    }
    return []
  }

  private func joinAgain() async throws {
    logger.notice("no other process has this member's syncer.instance_id: joining again")
    let (consumer, topics, assignments) = state.withLock { state in
      state.fencing = nil
      state.joinedAgainAt = .now
      return (state.consumer, state.topics, state.assignments)
    }
    if let assignments { try await consumer.subscribe(topics, rebalance: assignments) }
  }
}
