import NIOCore
import Testing

@testable import Broker

@Suite struct GroupErrorTests {
  @Test func aJoinIsRefusedForWhatItAsks() throws {
    let bench = try GroupBench { $0.maximumMemberBytes = 1000 }
    #expect(bench.join(group: "").value?.errorCode == .invalidGroupID)
    #expect(bench.join(session: 5999).value?.errorCode == .invalidSessionTimeout)
    #expect(bench.join(session: 1_800_001).value?.errorCode == .invalidSessionTimeout)
    #expect(bench.join("stranger").value?.errorCode == .unknownMemberID)
    #expect(bench.join(protocols: []).value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.join(type: "").value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.join(topics: [String(repeating: "t", count: 1000)]).value?.errorCode == .messageTooLarge)
    #expect(bench.join(protocols: (0...100).map { "p\($0)" }).value?.errorCode == .invalidRequest)
    #expect(bench.commit(1, metadata: String(repeating: "m", count: 4097)).isOnce)
    #expect(bench.group() == nil)
    let ids = bench.stableGroup(1)
    #expect(bench.join(protocols: ["other"]).value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.join(type: "connect").value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.join("stranger").value?.errorCode == .unknownMemberID)
    #expect(bench.join(ids[0], instance: "nobody").value?.errorCode == .unknownMemberID)
    let pending = bench.join().value?.memberID ?? ""
    #expect(bench.join(pending, instance: "i").value?.errorCode == .unknownServerError)
  }

  @Test func anErrorInAnOldVersionNamesNoProtocolAndIsNotNull() throws {
    let bench = try GroupBench()
    #expect(bench.join("stranger", version: 6).value?.protocolName == "")
    #expect(bench.join("stranger", version: 7).value?.protocolName == nil)
    for version in JoinGroupResponse.versions {
      let response = try #require(bench.join("stranger", version: version).value)
      var buffer = ByteBuffer()
      try FieldWriter.write(response, version: version, to: &buffer)
      #expect(buffer.readableBytes > 0)
    }
  }

  @Test func aGroupHasNoMoreMembersThanItMay() throws {
    let bench = try GroupBench { $0.maximumSize = 2 }
    let ids = bench.stableGroup(2)
    #expect(bench.join().value?.errorCode == .groupMaxSizeReached)
    #expect(bench.group()?.state == .stable)
    // While members gather, whoever comes last is left out.
    _ = bench.leave([(ids[1], nil)])
    let new = bench.joinDynamic()
    #expect(new.answer.isPending)
    let old = bench.join(ids[0])
    #expect(old.isOnce && new.answer.isOnce && old.value?.members.count == 2)
    #expect(bench.join().value?.errorCode == .groupMaxSizeReached)
  }

  @Test func thereAreNoMoreGroupsAndPendingMembersThanThereMayBe() throws {
    let bench = try GroupBench {
      $0.maximumGroups = 2
      $0.maximumPendingMembers = 2
    }
    #expect((0..<3).map { _ in bench.join().value?.errorCode } == [.memberIDRequired, .memberIDRequired, .groupMaxSizeReached])
    #expect(bench.join(group: "h").value?.errorCode == .memberIDRequired)
    #expect(bench.join(group: "i").value?.errorCode == .groupMaxSizeReached)
    #expect(bench.commit(1, group: "i").value?.topics.first?.partitions.first?.errorCode == .policyViolation)
  }

  @Test func aSyncIsRefusedForWhatItSays() throws {
    let bench = try GroupBench { $0.maximumMemberBytes = 1000 }
    #expect(bench.sync("m", 1).value?.errorCode == .unknownMemberID)
    #expect(bench.sync("m", 1, group: "").value?.errorCode == .invalidGroupID)
    let leader = bench.joinDynamic()
    bench.advance(1)
    let id = leader.id
    #expect(bench.sync("m", 1).value?.errorCode == .unknownMemberID)
    #expect(bench.sync(id, 2).value?.errorCode == .illegalGeneration)
    #expect(bench.sync(id, 1, type: "connect").value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.sync(id, 1, name: "sticky").value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.sync(id, 1, type: nil).value?.errorCode == .inconsistentGroupProtocol)
    #expect(bench.sync(id, 1, instance: "i").value?.errorCode == .unknownMemberID)
    #expect(bench.sync(id, 1, assign: [id: String(repeating: "a", count: 1001)]).value?.errorCode == .messageTooLarge)
    #expect(bench.sync(id, 1, assign: [id: "a"], type: nil, name: nil, version: 4).value?.errorCode == ErrorCode.none)
  }

  @Test func aHeartbeatIsRefusedForWhatItSays() throws {
    let bench = try GroupBench()
    #expect(bench.heartbeat("m", 1, group: "") == .invalidGroupID)
    #expect(bench.heartbeat("m", 1) == .unknownMemberID)
    let ids = bench.stableGroup(1)
    #expect(bench.heartbeat(ids[0], 0) == .illegalGeneration)
    #expect(bench.heartbeat("m", 1) == .unknownMemberID)
    _ = bench.leave([(ids[0], nil)])
    #expect(bench.heartbeat(ids[0], 2) == .unknownMemberID)
  }

  @Test func leavingIsAnsweredForEachMember() throws {
    let bench = try GroupBench()
    #expect(bench.leave([("m", nil)])?.members.map(\.errorCode) == [.unknownMemberID])
    #expect(bench.leave([("m", nil)], group: "")?.errorCode == .invalidGroupID)
    let ids = bench.stableGroup(3)
    let pending = bench.join().value?.memberID ?? ""
    let left = bench.leave([(ids[0], nil), ("m", nil), (ids[1], nil), (pending, nil)])
    #expect(left?.errorCode == ErrorCode.none)
    #expect(left?.members.map(\.errorCode) == [.none, .unknownMemberID, .none, .none])
    #expect(left?.members.map(\.memberID) == [ids[0], "m", ids[1], pending])
  }

  @Test func anOldClientLeavesAlone() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    var request = LeaveGroupRequest()
    request.groupID = "g"
    request.memberID = ids[0]
    let answers = (0..<2).map { _ in
      let answer = Answer<LeaveGroupResponse>()
      bench.requests.handle(request, bench.context(2), reply: answer.reply)
      return answer
    }
    #expect(answers.map { $0.value?.errorCode } == [ErrorCode.none, .unknownMemberID])
    #expect(answers[0].value?.members.isEmpty == true)
  }

  @Test func aMemberThatLeavesGetsItsWaitingAnswers() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    let join = bench.join(ids[0])
    _ = bench.leave([(ids[0], nil)])
    #expect(join.isOnce && join.value?.errorCode == .unknownMemberID)
    _ = bench.join(ids[1])
    let other = bench.joinDynamic()
    _ = bench.join(ids[1])
    let sync = bench.sync(other.id, 3)
    #expect(sync.isPending)
    _ = bench.leave([(other.id, nil)])
    #expect(sync.isOnce && sync.value?.errorCode == .unknownMemberID)
  }

  @Test(arguments: [
    (ErrorCode.kafkaStorageError, ErrorCode.notCoordinator), (.notLeaderOrFollower, .notCoordinator),
    (.requestTimedOut, .coordinatorNotAvailable), (.recordListTooLarge, .unknownServerError),
    (.invalidProducerEpoch, .invalidProducerEpoch),
  ])
  func anAssignmentThatCannotBeWrittenSendsTheMembersBack(_ failure: ErrorCode, _ answer: ErrorCode) throws {
    let bench = try GroupBench()
    let joined = (0..<2).map { _ in bench.joinDynamic() }
    bench.advance(1)
    let follower = bench.sync(joined[1].id, 1)
    bench.log.answer = failure
    let leader = bench.sync(joined[0].id, 1, assign: [joined[0].id: "a"])
    #expect(follower.value?.errorCode == answer && leader.value?.errorCode == answer)
    #expect(bench.group()?.state == .preparingRebalance && bench.coordinator.figures.rebalancesCompleted == 0)
  }

  @Test func anAssignmentIsGivenOutOnceItIsDurable() throws {
    let bench = try GroupBench()
    let joined = (0..<2).map { _ in bench.joinDynamic() }
    bench.advance(1)
    bench.log.holdsCompletions = true
    let leader = bench.sync(joined[0].id, 1, assign: [joined[0].id: "a", joined[1].id: "b"])
    let follower = bench.sync(joined[1].id, 1)
    #expect(leader.isPending && follower.isPending && bench.log.heldCount == 1)
    // The leader that asks again does not write again.
    let again = bench.sync(joined[0].id, 1, assign: [joined[0].id: "c"])
    #expect(leader.isOnce && bench.log.heldCount == 1)
    bench.log.completeHeld()
    #expect(again.value?.assignment == ByteBuffer(string: "a") && follower.value?.assignment == ByteBuffer(string: "b"))
  }

  @Test func anAssignmentOfAGenerationThatIsOverIsNotGivenOut() throws {
    let bench = try GroupBench()
    let joined = (0..<2).map { _ in bench.joinDynamic() }
    bench.advance(1)
    bench.log.holdsCompletions = true
    let leader = bench.sync(joined[0].id, 1, assign: [joined[0].id: "a"])
    _ = bench.leave([(joined[1].id, nil)])
    #expect(leader.isOnce && leader.value?.errorCode == .rebalanceInProgress)
    bench.log.completeHeld()
    #expect(leader.isOnce && bench.group()?.state == .preparingRebalance)
  }

  @Test func closingAnswersWhoeverWaits() throws {
    let bench = try GroupBench()
    let joined = (0..<2).map { _ in bench.joinDynamic() }
    let waiting = bench.joinDynamic()
    bench.advance(1)
    let sync = bench.sync(joined[1].id, 1)
    let late = bench.join(version: 3, group: "other")
    bench.coordinator.close()
    #expect(sync.isOnce && sync.value?.errorCode == .notCoordinator && late.isOnce && late.value?.errorCode == .notCoordinator)
    #expect(waiting.answer.isOnce && waiting.answer.value?.errorCode == ErrorCode.none)
  }

  @Test func whoAsksAfterClosingIsStillAMemberAfterTheRestart() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    bench.coordinator.close()
    #expect(bench.heartbeat(ids[0], 1) == .notCoordinator && bench.join(ids[0]).value?.errorCode == .notCoordinator)
    #expect(bench.sync(ids[0], 1).value?.errorCode == .notCoordinator && bench.leave([(ids[0], nil)])?.errorCode == .notCoordinator)
    #expect(bench.commit(1, member: ids[0], generation: 1).value?.topics.first?.partitions.first?.errorCode == .notCoordinator)
    #expect(bench.commitInTransaction(1, producer: 7) == .notCoordinator && bench.deleteGroup() == .notCoordinator)
    #expect(bench.fetch()?.errorCode == .notCoordinator && bench.coordinator.entries.isEmpty)
    try bench.restart()
    #expect(bench.heartbeat(ids[0], 1) == ErrorCode.none)
  }
}
