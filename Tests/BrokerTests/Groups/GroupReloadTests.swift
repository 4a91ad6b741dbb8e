import NIOCore
import Testing

@testable import Broker

@Suite struct GroupReloadTests {
  @Test func aStableGroupGoesOnAfterARestart() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    _ = bench.commit(42, member: ids[0], generation: 1, metadata: "note")
    bench.advance(9000)
    try bench.restart()
    #expect(bench.group()?.state == .stable && bench.group()?.leaderID == ids[0])
    #expect(bench.fetch()?.committedOffset == 42 && bench.fetch()?.metadata == "note")
    // The sessions begin anew, however much of them was over.
    bench.advance(9999)
    #expect(bench.heartbeat(ids[0], 1) == ErrorCode.none)
    #expect(bench.sync(ids[1], 1).value?.assignment == ByteBuffer(string: "a1"))
    #expect(bench.commit(43, member: ids[1], generation: 1).value?.topics.first?.partitions.first?.errorCode == ErrorCode.none)
    #expect(bench.group()?.isSubscribed(to: "orders") == true && bench.group()?.isSubscribed(to: "payments") == false)
    let leader = bench.join(ids[0])
    bench.advance(10_000)
    #expect(leader.value?.generationID == 2 && leader.value?.members.map(\.memberID) == [ids[0]])
  }

  @Test func aStaticMemberKeepsItsPlaceOverARestart() throws {
    let bench = try GroupBench()
    let first = bench.join(instance: "i0")
    bench.advance(1)
    let old = try #require(first.value?.memberID)
    _ = bench.sync(old, 1, assign: [old: "a"], instance: "i0")
    let new = try #require(bench.join(instance: "i0").value?.memberID)
    try bench.restart()
    #expect(bench.heartbeat(old, 1, instance: "i0") == .fencedInstanceID && bench.heartbeat(new, 1, instance: "i0") == ErrorCode.none)
    #expect(bench.sync(new, 1, instance: "i0").value?.assignment == ByteBuffer(string: "a"))
    #expect(bench.join(instance: "i0").value?.skipAssignment == true)
  }

  @Test func anEmptyGroupKeepsItsGeneration() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    _ = bench.commit(42, member: ids[0], generation: 1)
    _ = bench.leave([(ids[0], nil)])
    try bench.restart()
    #expect(bench.group()?.state == .empty && bench.group()?.generationID == 2 && bench.group()?.protocolType == "consumer")
    let member = bench.joinDynamic()
    bench.advance(1)
    #expect(member.answer.value?.generationID == 3 && bench.fetch()?.committedOffset == 42)
  }

  @Test func aRebalanceThatWasNotFinishedNeverHappened() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    _ = bench.leave([(ids[1], nil)])
    _ = bench.join(ids[0])
    #expect(bench.group()?.generationID == 2)
    try bench.restart()
    #expect(bench.heartbeat(ids[0], 2) == .illegalGeneration && bench.heartbeat(ids[0], 1) == ErrorCode.none)
    bench.advance(10_000)
    bench.advance(30_000)
    #expect(bench.group()?.state == .empty)
  }

  @Test func transactionsThatWereOpenAreStillOpen() throws {
    let bench = try GroupBench()
    _ = bench.commitInTransaction(10, producer: 7)
    _ = bench.commitInTransaction(20, producer: 8, partition: 1)
    _ = bench.commitInTransaction(30, producer: 9, partition: 2)
    bench.endTransaction(8, committed: true)
    bench.endTransaction(9, committed: false)
    try bench.restart()
    #expect(bench.fetch(stable: true)?.errorCode == .unstableOffsetCommit)
    #expect(bench.fetch("orders", 1, stable: true)?.committedOffset == 20 && bench.fetch("orders", 2, stable: true)?.committedOffset == -1)
    bench.endTransaction(7, committed: true)
    #expect(bench.fetch(stable: true)?.committedOffset == 10)
    try bench.restart()
    #expect(bench.fetch(stable: true)?.committedOffset == 10)
  }

  @Test func aCommitAfterARestartIsNewerThanAnythingBefore() throws {
    let bench = try GroupBench()
    for offset in 0..<10 { _ = bench.commit(Int64(offset)) }
    try bench.restart()
    _ = bench.commit(100)
    #expect(bench.fetch()?.committedOffset == 100)
    bench.coordinator.topicsDeleted(["orders"])
    #expect(bench.fetch()?.committedOffset == -1)
  }

  @Test func compactionChangesNothing() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(2)
    for offset in 0..<10 { _ = bench.commit(Int64(offset), member: ids[0], generation: 1) }
    _ = bench.commit(1, group: "gone")
    _ = bench.deleteGroup("gone")
    _ = bench.commitInTransaction(5, producer: 7, partition: 1)
    bench.endTransaction(7, committed: true)
    bench.log.compact()
    try bench.restart()
    #expect(bench.fetch()?.committedOffset == 9 && bench.fetch("orders", 1)?.committedOffset == 5)
    #expect(bench.heartbeat(ids[1], 1) == ErrorCode.none && bench.group("gone") == nil)
  }

  @Test func aGroupLargerThanItMayBeIsRebalanced() throws {
    let bench = try GroupBench()
    _ = bench.stableGroup(3)
    bench.configuration.maximumSize = 2
    try bench.restart()
    #expect(bench.group()?.state == .preparingRebalance)
  }

  @Test func recordsOfOtherKindsAreLeftAlone() throws {
    let bench = try GroupBench()
    bench.log.append([StateRecord(key: ByteBuffer(bytes: [0, 3, 1, 2, 3]), value: ByteBuffer(bytes: [0, 0, 1]))], producer: nil) { _ in }
    _ = bench.commit(1)
    try bench.restart()
    #expect(bench.fetch()?.committedOffset == 1)
  }

  @Test func aRecordThatCannotBeReadStopsTheStartAndSaysWhere() throws {
    for bytes in [[UInt8]](arrayLiteral: [], [0], [0, 1], [0, 1, 0, 9, 1], [0, 2, 0xff, 0xff]) {
      let bench = try GroupBench()
      _ = bench.commit(1)
      bench.log.append([StateRecord(key: ByteBuffer(bytes: bytes), value: nil)], producer: nil) { _ in }
      let error = #expect(throws: CodecError.self) { try bench.restart() }
      #expect(error?.description.hasPrefix("__consumer_offsets, offset 1:") == true)
    }
  }

  @Test func recordsAreThoseOfKafka() throws {
    let partition = TopicPartition(topic: "orders", partition: 3)
    let offset = CommittedOffset(offset: 42, leaderEpoch: 0, metadata: "m", commitTimestamp: 7, expireTimestamp: nil)
    let record = try GroupRecord.offset("g", partition, offset)
    #expect(record.key == ByteBuffer(bytes: [0, 1, 0, 1] + Array("g".utf8) + [0, 6] + Array("orders".utf8) + [0, 0, 0, 3]))
    #expect(
      record.value == ByteBuffer(bytes: [0, 3] + [0, 0, 0, 0, 0, 0, 0, 42] + [0, 0, 0, 0] + [0, 1, 0x6d] + [0, 0, 0, 0, 0, 0, 0, 7]))
    let kept = try GroupRecord.offset(
      "g", partition, CommittedOffset(offset: 1, leaderEpoch: -1, metadata: "", commitTimestamp: 7, expireTimestamp: 9))
    #expect(kept.value?.getInteger(at: 0, as: Int16.self) == 1)
    guard case .offset(let key, let value?) = try GroupRecord(kept) else {
      Issue.record("no offset")
      return
    }
    #expect(key == OffsetCommitKey(group: "g", topic: "orders", partition: 3) && value.expireTimestamp == 9)
    let group = try GroupRecord.group("g", GroupMetadataValue(protocolType: "consumer", generation: 5, protocol: nil, leader: nil))
    #expect(group.key == ByteBuffer(bytes: [0, 2, 0, 1] + Array("g".utf8)) && group.value?.getInteger(at: 0, as: Int16.self) == 3)
    #expect(
      try GroupRecord(group)
        == .group(GroupMetadataKey(group: "g"), GroupMetadataValue(protocolType: "consumer", generation: 5, protocol: nil, leader: nil)))
    #expect(try GroupRecord.group("g", nil).value == nil)
  }
}
