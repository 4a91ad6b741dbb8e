import NIOCore
import Testing

@testable import Broker

@Suite struct RebalanceTests {
  @Test func aNewMemberGetsAnIDFirstAndJoinsWithIt() throws {
    let bench = try GroupBench()
    let first = bench.join()
    #expect(first.value?.errorCode == .memberIDRequired)
    let id = try #require(first.value?.memberID)
    #expect(id.hasPrefix("client-") && id.count == 7 + 36)
    let second = bench.join(id)
    #expect(second.isPending)
    bench.advance(1)
    #expect(second.isOnce && second.value?.errorCode == ErrorCode.none)
    #expect(second.value?.generationID == 1 && second.value?.leader == id && second.value?.members.map(\.memberID) == [id])
  }

  @Test func anOldClientJoinsWithoutAnID() throws {
    let bench = try GroupBench()
    let answer = bench.join(rebalance: -1, version: 0)
    bench.advance(1)
    #expect(answer.value?.errorCode == ErrorCode.none && answer.value?.memberID.isEmpty == false)
    #expect(bench.group()?.rebalanceTimeout == 10_000)
  }

  @Test func threeMembersGetTheLeadersAssignment() throws {
    let bench = try GroupBench()
    let joined = (0..<3).map { _ in bench.joinDynamic() }
    bench.advance(1)
    let ids = joined.map(\.id)
    #expect(joined.allSatisfy { $0.answer.isOnce && $0.answer.value?.generationID == 1 && $0.answer.value?.protocolName == "range" })
    #expect(joined[0].answer.value?.members.map(\.memberID) == ids)
    #expect(joined[0].answer.value?.members.first?.metadata == bench.subscription(["orders"]))
    #expect(joined[1].answer.value?.members.isEmpty == true && joined[1].answer.value?.leader == ids[0])

    let second = bench.sync(ids[1], 1)
    let leader = bench.sync(ids[0], 1, assign: [ids[0]: "zero", ids[1]: "one", "stranger": "x"])
    let third = bench.sync(ids[2], 1)
    #expect(second.value?.assignment == ByteBuffer(string: "one") && leader.value?.assignment == ByteBuffer(string: "zero"))
    #expect(third.value?.errorCode == ErrorCode.none && third.value?.assignment.readableBytes == 0)
    #expect(bench.group()?.state == .stable)
    #expect(ids.allSatisfy { bench.heartbeat($0, 1) == ErrorCode.none })
    #expect(bench.coordinator.figures.rebalancesCompleted == 1 && bench.coordinator.figures.members == 3)
    #expect(bench.coordinator.figures.groupsByState == [.stable: 1])
  }

  @Test func theFirstRebalanceWaitsForMoreMembersAndNoLongerThanTheRebalanceTimeout() throws {
    let bench = try GroupBench { $0.initialRebalanceDelay = 3000 }
    let first = bench.joinDynamic(rebalance: 7000)
    bench.advance(2999)
    let second = bench.joinDynamic(rebalance: 7000)
    bench.advance(1)
    #expect(first.answer.isPending)
    bench.advance(2999)
    let third = bench.joinDynamic(rebalance: 7000)
    bench.advance(1)
    #expect(first.answer.isPending)
    bench.advance(1000)
    #expect(first.answer.isOnce && second.answer.isOnce && third.answer.isOnce)
    #expect(first.answer.value?.members.count == 3)
  }

  @Test func aMemberThatLeavesStartsARebalanceOfTheOthers() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(3)
    #expect(bench.leave([(ids[0], nil)])?.members.first?.errorCode == ErrorCode.none)
    #expect(bench.group()?.state == .preparingRebalance)
    #expect(bench.heartbeat(ids[1], 1) == .rebalanceInProgress && bench.heartbeat(ids[0], 1) == .unknownMemberID)
    let second = bench.join(ids[1])
    #expect(second.isPending)
    let third = bench.join(ids[2])
    #expect(second.isOnce && third.isOnce && second.value?.generationID == 2)
    #expect(second.value?.leader == ids[1] && second.value?.members.count == 2)
  }

  @Test func theLastMemberThatLeavesMakesTheGroupEmpty() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    #expect(bench.leave([(ids[0], nil)])?.errorCode == ErrorCode.none)
    #expect(bench.group()?.state == .empty && bench.group()?.generationID == 2)
    #expect(bench.group()?.leaderID == nil && bench.group()?.protocolType == "consumer")
  }

  @Test func aSilentMemberIsOutAfterItsSessionTimeout() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    bench.advance(9000)
    #expect(bench.heartbeat(ids[0], 1) == ErrorCode.none)
    bench.advance(998)
    #expect(bench.group()?.state == .stable)
    bench.advance(3)
    #expect(bench.group()?.state == .preparingRebalance && bench.group()?.members.count == 1)
    #expect(bench.coordinator.figures.sessionExpirations == 1)
    let again = bench.join(ids[0])
    #expect(again.value?.generationID == 2 && bench.group()?.state == .completingRebalance)
    bench.advance(10_001)
    #expect(bench.group()?.state == .empty)
  }

  @Test func heartbeatsKeepAMemberForAsLongAsTheyCome() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    for _ in 0..<50 {
      bench.advance(9000)
      #expect(bench.heartbeat(ids[0], 1) == ErrorCode.none)
    }
    bench.advance(10_000)
    #expect(bench.group()?.state == .empty)
  }

  @Test func membersThatDoNotJoinAgainAreOutAfterTheRebalanceTimeout() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(3, session: 60_000, rebalance: 20_000)
    let leader = bench.join(ids[0], session: 60_000, rebalance: 20_000)
    let second = bench.join(ids[1], session: 60_000, rebalance: 20_000)
    bench.advance(19_999)
    #expect(leader.isPending && second.isPending)
    bench.advance(1)
    #expect(leader.isOnce && second.isOnce && leader.value?.members.count == 2)
    #expect(bench.heartbeat(ids[2], 2) == .unknownMemberID)
  }

  @Test func aLeaderThatDoesNotJoinAgainIsReplaced() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2, session: 60_000, rebalance: 20_000)
    let other = bench.join(ids[1], topics: ["payments"], session: 60_000, rebalance: 20_000)
    bench.advance(20_000)
    #expect(other.value?.leader == ids[1] && other.value?.members.map(\.memberID) == [ids[1]])
  }

  @Test func membersThatDoNotSyncAreOutAfterTheRebalanceTimeout() throws {
    let bench = try GroupBench()
    let joined = (0..<2).map { _ in bench.joinDynamic(session: 60_000, rebalance: 20_000) }
    bench.advance(1)
    let leader = bench.sync(joined[0].id, 1, assign: [joined[0].id: "a"])
    #expect(leader.isOnce && bench.group()?.state == .stable)
    bench.advance(20_000)
    #expect(bench.group()?.state == .preparingRebalance && bench.group()?.members.count == 1)
    #expect(bench.heartbeat(joined[1].id, 1) == .unknownMemberID)
  }

  @Test func aMemberThatJoinsWhileOthersWaitForTheLeaderSendsThemBack() throws {
    let bench = try GroupBench()
    let joined = (0..<2).map { _ in bench.joinDynamic() }
    bench.advance(1)
    let follower = bench.sync(joined[1].id, 1)
    #expect(follower.isPending)
    let late = bench.joinDynamic()
    #expect(follower.isOnce && follower.value?.errorCode == .rebalanceInProgress && late.answer.isPending)
    #expect(bench.sync(joined[0].id, 1).value?.errorCode == .rebalanceInProgress)
    let again = joined.map { bench.join($0.id) }
    #expect(again.allSatisfy(\.isOnce) && late.answer.value?.generationID == 2)
  }

  @Test func aFollowerThatAsksAgainLearnsItsGenerationAndTheLeaderStartsANewOne() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    let follower = bench.join(ids[1])
    #expect(follower.value?.generationID == 1 && follower.value?.members.isEmpty == true && bench.group()?.state == .stable)
    #expect(bench.sync(ids[1], 1).value?.assignment == ByteBuffer(string: "a1"))
    #expect(bench.join(ids[0]).isPending)
    #expect(bench.group()?.state == .preparingRebalance)
  }

  @Test func aLostAnswerToAJoinIsGivenAgain() throws {
    let bench = try GroupBench()
    let leader = bench.joinDynamic()
    bench.advance(1)
    #expect(bench.group()?.state == .completingRebalance)
    let again = bench.join(leader.id)
    #expect(again.value?.generationID == 1 && again.value?.members.count == 1)
  }

  @Test func aJoinOrSyncThatIsRepeatedAnswersTheFirstOneToo() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    let first = bench.join(ids[0])
    let second = bench.join(ids[0])
    #expect(first.isOnce && first.value?.errorCode == .rebalanceInProgress && second.isPending)
    _ = bench.join(ids[1])
    #expect(second.isOnce && first.isOnce)
    let sync = bench.sync(ids[1], 2)
    let syncAgain = bench.sync(ids[1], 2)
    #expect(sync.isOnce && sync.value?.errorCode == .rebalanceInProgress && syncAgain.isPending)
  }

  @Test func theProtocolThatAllSupportAndMostPreferIsChosen() throws {
    let bench = try GroupBench()
    let first = bench.joinDynamic(protocols: ["range", "roundrobin", "sticky"])
    _ = bench.joinDynamic(protocols: ["sticky", "roundrobin"])
    _ = bench.joinDynamic(protocols: ["sticky", "roundrobin"])
    bench.advance(1)
    #expect(first.answer.value?.protocolName == "sticky")
  }

  @Test func cooperativeMembersRebalanceTwiceWithoutLosingTheirMetadata() throws {
    let bench = try GroupBench()
    let first = bench.joinDynamic(protocols: ["cooperative-sticky"])
    bench.advance(1)
    _ = bench.sync(first.id, 1, assign: [first.id: "p0 p1"], name: "cooperative-sticky")
    let second = bench.joinDynamic(protocols: ["cooperative-sticky"])
    #expect(bench.heartbeat(first.id, 1) == .rebalanceInProgress)
    // Owned partitions are revoked in this generation, and assigned in the next.
    let again = bench.join(first.id, protocols: ["cooperative-sticky"])
    #expect(again.value?.protocolName == "cooperative-sticky" && second.answer.value?.generationID == 2)
    _ = bench.sync(first.id, 2, assign: [first.id: "p0", second.id: ""], name: "cooperative-sticky")
    let revoked = bench.join(first.id, protocols: ["cooperative-sticky"])
    let rejoined = bench.join(second.id, topics: ["orders", "more"], protocols: ["cooperative-sticky"])
    #expect(revoked.value?.generationID == 3 && rejoined.value?.generationID == 3)
    #expect(revoked.value?.members.last?.metadata == bench.subscription(["orders", "more"]))
  }

  @Test func anIDThatWasHandedOutAndIsNotUsedHoldsARebalanceOnlyForItsSession() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1, session: 60_000, rebalance: 60_000)
    _ = bench.join(session: 10_000)
    let leader = bench.join(ids[0], session: 60_000, rebalance: 60_000)
    #expect(leader.isPending)
    bench.advance(10_000)
    #expect(leader.isOnce && leader.value?.generationID == 2)
  }

  @Test func aNewMembersFirstJoinDoesNotWaitForEver() throws {
    let bench = try GroupBench { $0.newMemberJoinTimeout = 5000 }
    _ = bench.stableGroup(1, session: 60_000, rebalance: 60_000)
    let new = bench.joinDynamic(session: 60_000, rebalance: 60_000)
    bench.advance(5000)
    #expect(new.answer.isOnce && new.answer.value?.errorCode == .unknownMemberID)
  }

  @Test func afterABlockedLoopMembersGetTheTimeThatItWasBlocked() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    bench.advance(9000)
    bench.clock.stalledFor = 5000
    bench.advance(1000)
    #expect(bench.group()?.state == .stable)
    #expect(bench.heartbeat(ids[0], 1) == ErrorCode.none)
    bench.advance(5000)
    #expect(bench.group()?.state == .preparingRebalance && bench.group()?.members.keys.sorted() == [ids[0]])
  }

  @Test func aClockThatIsSetDoesNotKeepADeadMemberForLong() throws {
    let bench = try GroupBench()
    _ = bench.stableGroup(1)
    bench.clock.stalledFor = 3_600_000
    bench.advance(20_000)
    #expect(bench.group()?.state == .empty)
    let back = try GroupBench()
    _ = back.stableGroup(1)
    back.clock.stalledFor = -3_600_000
    back.advance(20_000)
    #expect(back.group()?.state == .empty)
  }

  @Test func aGroupSaysWhyItRebalancesOnOneLine() {
    var group = ClassicGroup(groupID: "g", configuration: GroupConfiguration(), now: 0)
    var request = JoinGroupRequest()
    request.protocolType = "consumer"
    request.protocols = [.init(name: "range", metadata: ByteBuffer())]
    request.reason = "rebalance\nforged line\u{1b}[31m" + String(repeating: "x", count: 1000)
    let join = GroupJoin(request: request, newMemberID: "m", clientID: "c", clientHost: "h", apiVersion: 3, ticket: 1)
    let notes = group.join(join, now: 0).compactMap { if case .note(let text) = $0 { text } else { nil } }
    #expect(notes.count == 1)
    #expect(
      notes.first?.hasPrefix("rebalancing after generation 0, Empty: new member m; client reason: rebalance forged line [31mx") == true)
    #expect(notes.first.map { $0.count < 400 } == true)
  }
}
