import NIOCore

@testable import Broker

/// An answer that may come later.
final class Answer<Response> {
  private(set) var values: [Response] = []
  var value: Response? { values.last }
  var isPending: Bool { values.isEmpty }
  /// Whether the reply was called exactly once.
  var isOnce: Bool { values.count == 1 }
  var reply: (Response) -> Void { { self.values.append($0) } }
}

/// Topics that exist because a test says so.
final class FixedTopics: TopicLookup {
  var partitions: [String: Int] = ["orders": 3, "payments": 2]
  var ids: [String: KafkaUUID] = ["orders": KafkaUUID(high: 1, low: 1), "payments": KafkaUUID(high: 1, low: 2)]

  func partitionCount(of topic: String) -> Int? { partitions[topic] }
  func name(of id: KafkaUUID) -> String? { ids.first { $0.value == id }?.key }
  func id(of name: String) -> KafkaUUID? { ids[name] }
}

/// A clock of which a test can say that it was read late: as after work that blocked the event loop.
final class StallingScheduler: Scheduler {
  let inner = ManualScheduler()
  var stalledFor: Int64 = 0
  var now: Int64 { inner.now + stalledFor }

  func schedule(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) -> any ScheduledWork {
    inner.schedule(afterMilliseconds: milliseconds, work)
  }
}

/// A coordinator with its handlers over a log in memory and a manual clock.
final class GroupBench {
  let clock = StallingScheduler()
  var log = MemoryStateLog()
  let topics = FixedTopics()
  var configuration = GroupConfiguration()
  private(set) var coordinator: GroupCoordinator
  private(set) var requests: GroupRequests

  init(_ configure: (inout GroupConfiguration) -> Void = { _ in }) throws {
    configuration.initialRebalanceDelay = 0
    configure(&configuration)
    coordinator = GroupCoordinator(configuration: configuration, scheduler: clock, log: log)
    requests = GroupRequests(coordinator: coordinator, topics: topics, endpoint: .init(nodeID: 1, host: "localhost", port: 9092))
    try coordinator.load()
  }

  /// Loads a new coordinator from what the old one wrote.
  func restart() throws {
    coordinator.close()
    coordinator = GroupCoordinator(configuration: configuration, scheduler: clock, log: log)
    requests = GroupRequests(coordinator: coordinator, topics: topics, endpoint: .init(nodeID: 1, host: "localhost", port: 9092))
    try coordinator.load()
  }

  func advance(_ milliseconds: Int64) { clock.inner.advance(byMilliseconds: milliseconds) }

  func context(_ version: Int16, client: String = "client") -> RequestContext {
    RequestContext(connectionID: 1, clientID: client, clientHost: "/127.0.0.1", apiVersion: version)
  }

  func group(_ name: String = "g") -> ClassicGroup? { coordinator.entries[name]?.group }

  // MARK: Requests

  func join(
    _ memberID: String = "", instance: String? = nil, topics: [String] = ["orders"], protocols: [String] = ["range"],
    type: String = "consumer",
    session: Int32 = 10_000, rebalance: Int32 = 30_000, version: Int16 = 9, group: String = "g"
  ) -> Answer<JoinGroupResponse> {
    var request = JoinGroupRequest()
    request.groupID = group
    request.sessionTimeoutMilliseconds = session
    request.rebalanceTimeoutMilliseconds = rebalance
    request.memberID = memberID
    request.groupInstanceID = instance
    request.protocolType = type
    request.protocols = protocols.map { .init(name: $0, metadata: subscription(topics)) }
    let answer = Answer<JoinGroupResponse>()
    requests.handle(request, context(version), reply: answer.reply)
    return answer
  }

  /// A dynamic member's two joins: for an ID, and with it.
  func joinDynamic(topics: [String] = ["orders"], protocols: [String] = ["range"], session: Int32 = 10_000, rebalance: Int32 = 30_000)
    -> (id: String, answer: Answer<JoinGroupResponse>)
  {
    let id = join(topics: topics, protocols: protocols, session: session, rebalance: rebalance).value?.memberID ?? ""
    return (id, join(id, topics: topics, protocols: protocols, session: session, rebalance: rebalance))
  }

  func sync(
    _ memberID: String, _ generation: Int32, assign: [String: String] = [:], instance: String? = nil, type: String? = "consumer",
    name: String? = "range", version: Int16 = 5, group: String = "g"
  ) -> Answer<SyncGroupResponse> {
    var request = SyncGroupRequest()
    request.groupID = group
    request.generationID = generation
    request.memberID = memberID
    request.groupInstanceID = instance
    request.protocolType = type
    request.protocolName = name
    request.assignments = assign.map { .init(memberID: $0.key, assignment: ByteBuffer(string: $0.value)) }
    let answer = Answer<SyncGroupResponse>()
    requests.handle(request, context(version), reply: answer.reply)
    return answer
  }

  func heartbeat(_ memberID: String, _ generation: Int32, instance: String? = nil, group: String = "g") -> ErrorCode? {
    var request = HeartbeatRequest()
    request.groupID = group
    request.generationID = generation
    request.memberID = memberID
    request.groupInstanceID = instance
    let answer = Answer<HeartbeatResponse>()
    requests.handle(request, context(4), reply: answer.reply)
    return answer.value?.errorCode
  }

  func leave(_ members: [(id: String, instance: String?)], group: String = "g") -> LeaveGroupResponse? {
    var request = LeaveGroupRequest()
    request.groupID = group
    request.members = members.map { .init(memberID: $0.id, groupInstanceID: $0.instance, reason: nil) }
    let answer = Answer<LeaveGroupResponse>()
    requests.handle(request, context(5), reply: answer.reply)
    return answer.value
  }

  func commit(
    _ offset: Int64, topic: String = "orders", partition: Int32 = 0, member: String = "", generation: Int32 = -1, instance: String? = nil,
    metadata: String? = "", retention: Int64 = -1, version: Int16 = 9, group: String = "g"
  ) -> Answer<OffsetCommitResponse> {
    var request = OffsetCommitRequest()
    request.groupID = group
    request.memberID = member
    request.generationIDOrMemberEpoch = generation
    request.groupInstanceID = instance
    request.retentionTimeMilliseconds = retention
    var entry = OffsetCommitRequest.OffsetCommitRequestTopic.OffsetCommitRequestPartition()
    entry.partitionIndex = partition
    entry.committedOffset = offset
    entry.committedMetadata = metadata
    request.topics = [.init(name: topic, topicID: topics.ids[topic] ?? KafkaUUID(high: 9, low: 9), partitions: [entry])]
    let answer = Answer<OffsetCommitResponse>()
    requests.handle(request, context(version), reply: answer.reply)
    return answer
  }

  func commitInTransaction(
    _ offset: Int64, producer: Int64, topic: String = "orders", partition: Int32 = 0, member: String = "", generation: Int32 = -1,
    instance: String? = nil, metadata: String? = nil, group: String = "g"
  ) -> ErrorCode? {
    var request = TxnOffsetCommitRequest()
    request.transactionalID = "t"
    request.groupID = group
    request.producerID = producer
    request.memberID = member
    request.generationID = generation
    request.groupInstanceID = instance
    var entry = TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic.TxnOffsetCommitRequestPartition()
    entry.partitionIndex = partition
    entry.committedOffset = offset
    entry.committedMetadata = metadata
    request.topics = [.init(name: topic, partitions: [entry])]
    let answer = Answer<TxnOffsetCommitResponse>()
    requests.handle(request, context(4), reply: answer.reply)
    return answer.value?.topics.first?.partitions.first?.errorCode
  }

  /// Ends a transaction as the transaction coordinator does: the marker first, then the word.
  func endTransaction(_ producer: Int64, committed: Bool) {
    log.appendMarker(producerID: producer, epoch: 0, committed: committed)
    coordinator.transactionEnded(producerID: producer, committed: committed)
  }

  func fetch(_ topic: String = "orders", _ partition: Int32 = 0, stable: Bool = false, group: String = "g")
    -> OffsetFetchResponse.OffsetFetchResponseGroup.OffsetFetchResponseTopics.OffsetFetchResponsePartitions?
  {
    var request = OffsetFetchRequest()
    var wanted = OffsetFetchRequest.OffsetFetchRequestGroup()
    wanted.groupID = group
    wanted.topics = [.init(name: topic, topicID: .zero, partitionIndexes: [partition])]
    request.groups = [wanted]
    request.requireStable = stable
    let answer = Answer<OffsetFetchResponse>()
    requests.handle(request, context(9), reply: answer.reply)
    return answer.value?.groups.first?.topics.first?.partitions.first
  }

  func deleteGroup(_ group: String = "g") -> ErrorCode? {
    var request = DeleteGroupsRequest()
    request.groupsNames = [group]
    let answer = Answer<DeleteGroupsResponse>()
    requests.handle(request, context(2), reply: answer.reply)
    return answer.value?.results.first?.errorCode
  }

  // MARK: Scenes

  /// A stable group of `count` dynamic members, the leader first. The assignments are `a0`, `a1` and so on.
  func stableGroup(_ count: Int, session: Int32 = 10_000, rebalance: Int32 = 30_000, topics: [String] = ["orders"]) -> [String] {
    let joined = (0..<count).map { _ in joinDynamic(topics: topics, session: session, rebalance: rebalance) }
    advance(1)
    let generation = joined.first?.answer.value?.generationID ?? -1
    let ids = joined.map(\.id)
    for id in ids.dropFirst() { _ = sync(id, generation) }
    if let leader = ids.first {
      let pairs = ids.enumerated().map { ($0.element, "a\($0.offset)") }
      _ = sync(leader, generation, assign: Dictionary(uniqueKeysWithValues: pairs))
    }
    return ids
  }

  /// A consumer's metadata, version 0 of ConsumerProtocolSubscription.
  func subscription(_ topics: [String]) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeInteger(Int16(0))
    buffer.writeInteger(Int32(topics.count))
    for topic in topics {
      buffer.writeInteger(Int16(topic.utf8.count))
      buffer.writeString(topic)
    }
    buffer.writeInteger(Int32(-1))
    return buffer
  }
}
