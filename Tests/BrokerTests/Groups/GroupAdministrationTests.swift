import NIOCore
import Testing

@testable import Broker

@Suite struct GroupAdministrationTests {
  @Test func everyCoordinatorIsThisBroker() throws {
    let bench = try GroupBench()
    var request = FindCoordinatorRequest()
    request.key = "g"
    request.coordinatorKeys = ["a", "b"]
    func ask(_ version: Int16, _ type: Int8) -> FindCoordinatorResponse? {
      request.keyType = type
      let answer = Answer<FindCoordinatorResponse>()
      bench.requests.handle(request, bench.context(version), reply: answer.reply)
      return answer.value
    }
    for type in Int8(0)...1 {
      let old = ask(3, type)
      #expect(old?.nodeID == 1 && old?.host == "localhost" && old?.port == 9092 && old?.errorCode == ErrorCode.none)
      let new = ask(6, type)
      #expect(new?.coordinators.map(\.key) == ["a", "b"] && new?.coordinators.allSatisfy { $0.port == 9092 && $0.nodeID == 1 } == true)
    }
    #expect(ask(3, 2)?.errorCode == .invalidRequest && ask(3, 2)?.port == -1)
    #expect(ask(6, 2)?.coordinators.map(\.errorCode) == [.invalidRequest, .invalidRequest])
    for version in FindCoordinatorResponse.versions {
      var buffer = ByteBuffer()
      try FieldWriter.write(try #require(ask(version, 0)), version: version, to: &buffer)
    }
  }

  @Test func groupsAreListedByStateAndType() throws {
    let bench = try GroupBench()
    _ = bench.commit(1, group: "simple")
    _ = bench.stableGroup(1)
    func list(states: [String] = [], types: [String] = []) -> [ListGroupsResponse.ListedGroup] {
      var request = ListGroupsRequest()
      request.statesFilter = states
      request.typesFilter = types
      let answer = Answer<ListGroupsResponse>()
      bench.requests.handle(request, bench.context(5), reply: answer.reply)
      return answer.value?.groups ?? []
    }
    #expect(list().map(\.groupID) == ["g", "simple"])
    #expect(list().map(\.protocolType) == ["consumer", ""] && list().map(\.groupState) == ["Stable", "Empty"])
    #expect(list(states: ["stable", "Dead"]).map(\.groupID) == ["g"] && list(types: ["Classic"]).count == 2)
    #expect(list(types: ["consumer"]).isEmpty && list().first?.groupType == "classic")
  }

  @Test func groupsAreDescribed() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    func describe(_ group: String, _ version: Int16 = 6, operations: Bool = false) -> DescribeGroupsResponse.DescribedGroup? {
      var request = DescribeGroupsRequest()
      request.groups = [group]
      request.includeAuthorizedOperations = operations
      let answer = Answer<DescribeGroupsResponse>()
      bench.requests.handle(request, bench.context(version), reply: answer.reply)
      return answer.value?.groups.first
    }
    let stable = try #require(describe("g"))
    #expect(stable.groupState == "Stable" && stable.protocolType == "consumer" && stable.protocolData == "range")
    #expect(stable.members.map(\.memberID) == ids && stable.members.first?.clientID == "client")
    #expect(stable.members.first?.clientHost == "/127.0.0.1" && stable.members.last?.memberAssignment == ByteBuffer(string: "a1"))
    #expect(stable.members.first?.memberMetadata == bench.subscription(["orders"]) && stable.authorizedOperations == .min)
    #expect(describe("g", operations: true)?.authorizedOperations == 328)
    _ = bench.join(ids[0])
    #expect(describe("g")?.groupState == "PreparingRebalance" && describe("g")?.protocolData == "")
    #expect(describe("g")?.members.first?.memberMetadata.readableBytes == 0)
    #expect(describe("none")?.errorCode == .groupIDNotFound && describe("none")?.groupState == "Dead")
    #expect(describe("none")?.errorMessage == "Group none not found.")
    #expect(describe("none", 5)?.errorCode == ErrorCode.none && describe("none", 5)?.groupState == "Dead")
  }

  @Test func onlyAGroupWithoutMembersIsDeleted() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    _ = bench.commit(1, member: ids[0], generation: 1)
    #expect(bench.deleteGroup() == .nonEmptyGroup && bench.deleteGroup("none") == .groupIDNotFound)
    _ = bench.leave([(ids[0], nil)])
    _ = bench.commitInTransaction(5, producer: 7, partition: 1)
    bench.log.answer = .kafkaStorageError
    #expect(bench.deleteGroup() == .notCoordinator && bench.fetch()?.committedOffset == 1)
    bench.log.answer = .none
    #expect(bench.deleteGroup() == ErrorCode.none && bench.group() == nil && bench.fetch()?.committedOffset == -1)
    bench.endTransaction(7, committed: true)
    #expect(bench.fetch("orders", 1)?.committedOffset == -1)
    try bench.restart()
    #expect(bench.group() == nil && bench.fetch()?.committedOffset == -1)
  }

  @Test func aGroupThatGetsMembersWhileItIsDeletedStays() throws {
    let bench = try GroupBench()
    _ = bench.commit(1)
    bench.log.holdsCompletions = true
    #expect(bench.deleteGroup() == nil)
    let member = bench.joinDynamic()
    bench.advance(1)
    bench.log.completeHeld()
    bench.log.holdsCompletions = false
    #expect(bench.fetch()?.committedOffset == -1)
    #expect(bench.sync(member.id, 1, assign: [member.id: "a"]).value?.errorCode == ErrorCode.none)
    try bench.restart()
    #expect(bench.heartbeat(member.id, 1) == ErrorCode.none)
  }

  @Test func aCommitAfterADeletionIsKeptThoughTheDeletionIsStillBeingWritten() throws {
    let bench = try GroupBench()
    _ = bench.commit(1)
    bench.log.holdsCompletions = true
    _ = bench.deleteGroup()
    _ = bench.commit(2)
    bench.log.completeHeld()
    #expect(bench.fetch()?.committedOffset == 2 && bench.group() != nil)
    try bench.restart()
    #expect(bench.fetch()?.committedOffset == 2)
  }

  @Test func manyOffsetsAreDeletedInSeveralBatches() throws {
    let bench = try GroupBench()
    bench.topics.partitions["wide"] = 2500
    for partition in 0..<2500 { _ = bench.commit(1, topic: "wide", partition: Int32(partition)) }
    #expect(bench.coordinator.offsets.count == 2500)
    #expect(bench.deleteGroup() == ErrorCode.none && bench.coordinator.offsets.count == 0)
    #expect(bench.coordinator.figures.offsetDeletions == 2500)
    try bench.restart()
    #expect(bench.group() == nil)
  }

  @Test func offsetsAreDeletedUnlessSomebodyConsumesTheirTopic() throws {
    let bench = try GroupBench()
    func delete(_ topics: [(String, Int32)], group: String = "g") -> OffsetDeleteResponse? {
      var request = OffsetDeleteRequest()
      request.groupID = group
      request.topics = topics.map { .init(name: $0.0, partitions: [.init(partitionIndex: $0.1)]) }
      let answer = Answer<OffsetDeleteResponse>()
      bench.requests.handle(request, bench.context(0), reply: answer.reply)
      return answer.value
    }
    #expect(delete([("orders", 0)])?.errorCode == .groupIDNotFound && delete([], group: "")?.errorCode == .invalidGroupID)
    _ = bench.commit(1)
    _ = bench.commit(2, topic: "payments")
    let ids = bench.stableGroup(1)
    let answer = delete([("orders", 0), ("payments", 0), ("payments", 1), ("nothing", 0), ("orders", 9)])
    #expect(
      answer?.topics.map { $0.partitions.first?.errorCode } == [
        .groupSubscribedToTopic, ErrorCode.none, ErrorCode.none, .unknownTopicOrPartition, .unknownTopicOrPartition,
      ])
    #expect(bench.fetch()?.committedOffset == 1 && bench.fetch("payments")?.committedOffset == -1)
    _ = bench.leave([(ids[0], nil)])
    #expect(delete([("orders", 0)])?.topics.first?.partitions.first?.errorCode == ErrorCode.none)
    #expect(bench.fetch()?.committedOffset == -1)

    _ = bench.commit(1, group: "connect")
    let worker = bench.join(type: "connect", version: 3, group: "connect")
    bench.advance(1)
    #expect(worker.value?.errorCode == ErrorCode.none)
    #expect(delete([("orders", 0)], group: "connect")?.errorCode == .nonEmptyGroup)
  }

  @Test func metadataThatIsNoSubscriptionProtectsEveryTopic() throws {
    let bench = try GroupBench()
    _ = bench.commit(1)
    var request = JoinGroupRequest()
    request.groupID = "g"
    request.sessionTimeoutMilliseconds = 10_000
    request.protocolType = "consumer"
    request.protocols = [.init(name: "range", metadata: ByteBuffer(bytes: [0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 1]))]
    let answer = Answer<JoinGroupResponse>()
    bench.requests.handle(request, bench.context(3), reply: answer.reply)
    bench.advance(1)
    #expect(answer.value?.errorCode == ErrorCode.none)
    #expect(bench.group()?.subscribedTopics == nil && bench.group()?.isSubscribed(to: "anything") == true)
  }

  @Test func offsetsOfDeletedTopicsAreGone() throws {
    let bench = try GroupBench()
    _ = bench.commit(1)
    _ = bench.commit(2, topic: "payments")
    _ = bench.commit(3, group: "h")
    _ = bench.commitInTransaction(9, producer: 7, partition: 1)
    bench.coordinator.topicsDeleted(["orders", "other"])
    bench.endTransaction(7, committed: true)
    for _ in 0..<2 {
      #expect(bench.fetch()?.committedOffset == -1 && bench.fetch(group: "h")?.committedOffset == -1)
      #expect(bench.fetch("orders", 1)?.committedOffset == -1 && bench.fetch("payments")?.committedOffset == 2)
      try bench.restart()
    }
  }
}
