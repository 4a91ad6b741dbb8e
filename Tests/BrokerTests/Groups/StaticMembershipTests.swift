import NIOCore
import Testing

@testable import Broker

@Suite struct StaticMembershipTests {
  /// A stable group of static members `i0`, `i1`, the leader first.
  private func stable(_ bench: GroupBench, _ count: Int) -> [String] {
    let joins = (0..<count).map { bench.join(instance: "i\($0)") }
    bench.advance(1)
    let ids = joins.map { $0.value?.memberID ?? "" }
    for (index, id) in ids.enumerated().reversed() {
      let assign = index == 0 ? Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($0.element, "a\($0.offset)") }) : [:]
      _ = bench.sync(id, 1, assign: assign, instance: "i\(index)")
    }
    return ids
  }

  @Test func aStaticMemberJoinsWithoutASecondRound() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    #expect(ids[0].hasPrefix("i0-") && bench.group()?.state == .stable)
  }

  @Test func aRestartedFollowerKeepsItsAssignmentWithoutARebalance() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    let back = bench.join(instance: "i1")
    let id = try #require(back.value?.memberID)
    #expect(back.value?.errorCode == ErrorCode.none && id != ids[1] && back.value?.generationID == 1)
    #expect(back.value?.skipAssignment == false && back.value?.members.isEmpty == true && back.value?.leader == ids[0])
    #expect(bench.group()?.state == .stable)
    #expect(bench.sync(id, 1, instance: "i1").value?.assignment == ByteBuffer(string: "a1"))
    #expect(bench.heartbeat(ids[1], 1, instance: "i1") == .fencedInstanceID)
    #expect(bench.heartbeat(ids[1], 1) == .unknownMemberID)
    #expect(bench.sync(ids[1], 1, instance: "i1").value?.errorCode == .fencedInstanceID)
    #expect(bench.join(ids[1], instance: "i1").value?.errorCode == .fencedInstanceID)
    #expect(
      bench.commit(1, member: ids[1], generation: 1, instance: "i1").value?.topics.first?.partitions.first?.errorCode == .fencedInstanceID)
    #expect(bench.leave([(ids[1], "i1")])?.members.first?.errorCode == .fencedInstanceID)
    // The old ID's session ends without effect.
    for _ in 0..<3 {
      bench.advance(6000)
      _ = bench.heartbeat(ids[0], 1, instance: "i0")
      #expect(bench.heartbeat(id, 1, instance: "i1") == ErrorCode.none)
    }
  }

  @Test func aRestartedLeaderIsToldToSkipTheAssignment() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    let back = bench.join(instance: "i0")
    #expect(back.value?.skipAssignment == true && back.value?.members.count == 2 && back.value?.leader == back.value?.memberID)
    let older = bench.join(instance: "i0", version: 8)
    #expect(older.value?.skipAssignment == false && older.value?.members.isEmpty == true)
    #expect(older.value?.leader == back.value?.memberID && older.value?.memberID != older.value?.leader)
    #expect(ids[0] != older.value?.memberID && bench.group()?.state == .stable)
  }

  @Test func anotherSubscriptionRebalances() throws {
    let bench = try GroupBench()
    _ = stable(bench, 2)
    #expect(bench.join(instance: "i1", topics: ["payments"]).isPending)
    #expect(bench.group()?.state == .preparingRebalance)
  }

  @Test func anotherProtocolRebalances() throws {
    let bench = try GroupBench()
    let join = bench.join(instance: "i0", protocols: ["range", "sticky"])
    bench.advance(1)
    let id = try #require(join.value?.memberID)
    _ = bench.sync(id, 1, assign: [id: "a"], instance: "i0")
    let back = bench.join(instance: "i0", protocols: ["sticky", "range"])
    #expect(back.value?.generationID == 2 && back.value?.protocolName == "sticky")
  }

  @Test func aRestartWhileTheOthersWaitForTheLeaderRebalances() throws {
    let bench = try GroupBench()
    let joins = (0..<2).map { bench.join(instance: "i\($0)") }
    bench.advance(1)
    let old = try #require(joins[1].value?.memberID)
    let waiting = bench.sync(old, 1, instance: "i1")
    let back = bench.join(instance: "i1")
    #expect(waiting.isOnce && waiting.value?.errorCode == .fencedInstanceID && back.isPending)
    #expect(bench.group()?.state == .preparingRebalance)
    let leader = bench.join(try #require(joins[0].value?.memberID), instance: "i0")
    #expect(leader.value?.generationID == 2 && back.value?.generationID == 2)
  }

  @Test func aRestartDuringARebalanceFencesTheOldJoin() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    let old = bench.join(ids[0], instance: "i0")
    let new = bench.join(instance: "i0")
    #expect(old.isOnce && old.value?.errorCode == .fencedInstanceID && new.isPending)
    _ = bench.join(ids[1], instance: "i1")
    #expect(new.value?.generationID == 2 && new.value?.members.count == 2)
  }

  @Test func staticMembersStayThroughARebalanceUntilTheirSessionEnds() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    let leader = bench.join(ids[0], instance: "i0", rebalance: 5000)
    let group = try #require(bench.group())
    #expect(leader.isPending && group.state == .preparingRebalance)
    bench.advance(9000)
    #expect(bench.heartbeat(ids[1], 1, instance: "i1") == .rebalanceInProgress)
    bench.advance(9000)
    #expect(bench.heartbeat(ids[1], 1, instance: "i1") == .rebalanceInProgress)
    bench.advance(9000)
    #expect(bench.heartbeat(ids[1], 1, instance: "i1") == .rebalanceInProgress)
    // The rebalance timeout of the other member is 30 s: it is in the next generation although it did not join.
    bench.advance(3000)
    #expect(leader.value?.generationID == 2 && leader.value?.members.count == 2)
  }

  @Test func anOperatorRemovesAStaticMemberByItsInstanceID() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    let left = bench.leave([("", "i1"), ("", "nobody"), ("", nil)])
    #expect(left?.members.map(\.errorCode) == [.none, .unknownMemberID, .unknownMemberID])
    #expect(left?.members.first?.groupInstanceID == "i1")
    #expect(bench.group()?.members.keys.sorted() == [ids[0]])
  }

  @Test func aReplacementThatCannotBeWrittenIsTakenBack() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    bench.log.answer = .kafkaStorageError
    let back = bench.join(instance: "i1")
    #expect(back.isOnce && back.value?.errorCode == .notCoordinator && back.value?.memberID == "")
    #expect(bench.heartbeat(ids[1], 1, instance: "i1") == ErrorCode.none)
  }

  @Test func aReplacementIsAnsweredOnceItIsDurable() throws {
    let bench = try GroupBench()
    _ = stable(bench, 1)
    bench.log.holdsCompletions = true
    let back = bench.join(instance: "i0")
    #expect(back.isPending)
    bench.log.completeHeld()
    #expect(back.isOnce && back.value?.errorCode == ErrorCode.none)
  }

  @Test func aRebalanceThatBeginsBeforeAReplacementIsDurableAnswersIt() throws {
    let bench = try GroupBench()
    let ids = stable(bench, 2)
    bench.log.holdsCompletions = true
    let back = bench.join(instance: "i1")
    let leader = bench.join(ids[0], instance: "i0")
    #expect(back.isOnce && leader.isOnce && back.value?.generationID == 2)
    bench.log.completeHeld()
    #expect(back.isOnce && leader.isOnce)
  }

  @Test(arguments: [ErrorCode.none, .kafkaStorageError])
  func aReplacementJoinsTheRebalanceThatBeganMeanwhileWhateverBecameOfItsRecord(_ written: ErrorCode) throws {
    let bench = try GroupBench()
    let ids = stable(bench, 3)
    bench.log.holdsCompletions = true
    bench.log.answer = written
    let back = bench.join(instance: "i1")
    let leader = bench.join(ids[0], instance: "i0")
    bench.log.completeHeld()
    #expect(back.isPending && leader.isPending)
    _ = bench.join(ids[2], instance: "i2")
    #expect(back.isOnce && back.value?.generationID == 2 && back.value?.errorCode == ErrorCode.none)
    let id = try #require(back.value?.memberID)
    #expect(leader.value?.members.contains { $0.memberID == id } == true && bench.heartbeat(id, 2, instance: "i1") == ErrorCode.none)
  }
}
