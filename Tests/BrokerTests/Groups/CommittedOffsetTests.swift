import NIOCore
import Testing

@testable import Broker

@Suite struct CommittedOffsetTests {
  private func code(_ answer: Answer<OffsetCommitResponse>) -> ErrorCode? { answer.value?.topics.first?.partitions.first?.errorCode }

  @Test func aMemberCommitsAndFetches() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    #expect(code(bench.commit(42, member: ids[0], generation: 1, metadata: "note")) == ErrorCode.none)
    let fetched = bench.fetch()
    #expect(fetched?.committedOffset == 42 && fetched?.metadata == "note" && fetched?.committedLeaderEpoch == -1)
    #expect(bench.fetch("orders", 1)?.committedOffset == -1 && bench.fetch("orders", 1)?.errorCode == ErrorCode.none)
    #expect(bench.fetch(group: "unknown")?.committedOffset == -1)
    #expect(bench.coordinator.figures.offsetCommits == 1 && bench.coordinator.figures.committedOffsets == 1)
  }

  @Test func aCommitIsASignOfLife() throws {
    let bench = try GroupBench()
    let ids = bench.stableGroup(1)
    for offset in 0..<5 {
      bench.advance(9000)
      #expect(code(bench.commit(Int64(offset), member: ids[0], generation: 1)) == ErrorCode.none)
    }
    #expect(bench.group()?.state == .stable)
  }

  @Test func aCommitIsShownAndAnsweredOnceItIsDurable() throws {
    let bench = try GroupBench()
    bench.log.holdsCompletions = true
    let answer = bench.commit(42)
    #expect(answer.isPending && bench.fetch()?.committedOffset == -1)
    #expect(bench.fetch(stable: true)?.errorCode == .unstableOffsetCommit)
    bench.log.completeHeld()
    #expect(code(answer) == ErrorCode.none && bench.fetch(stable: true)?.committedOffset == 42)
  }

  @Test func aCommitThatCannotBeWrittenChangesNothing() throws {
    let bench = try GroupBench()
    _ = bench.commit(1)
    bench.log.answer = .kafkaStorageError
    #expect(code(bench.commit(2)) == .notCoordinator)
    #expect(bench.fetch(stable: true)?.committedOffset == 1)
  }

  @Test func whoIsNoMemberCommitsOnlyWhileThereAreNone() throws {
    let bench = try GroupBench()
    #expect(code(bench.commit(1)) == ErrorCode.none)
    #expect(code(bench.commit(1, member: "m")) == ErrorCode.none)
    let ids = bench.stableGroup(2)
    #expect(code(bench.commit(1)) == .unknownMemberID)
    #expect(code(bench.commit(1, member: "m", generation: 1)) == .unknownMemberID)
    #expect(code(bench.commit(1, member: ids[0], generation: 0)) == .illegalGeneration)
    #expect(code(bench.commit(1, member: ids[0], generation: -1)) == .illegalGeneration)
    #expect(code(bench.commit(1, member: ids[0], generation: 1, instance: "i")) == .unknownMemberID)
    _ = bench.join(ids[0])
    #expect(code(bench.commit(1, member: ids[1], generation: 1)) == ErrorCode.none)
    _ = bench.join(ids[1])
    #expect(bench.group()?.state == .completingRebalance)
    #expect(code(bench.commit(1, member: ids[1], generation: 2)) == .rebalanceInProgress)
    #expect(code(bench.commit(1, member: ids[1], generation: 1)) == .illegalGeneration)
  }

  @Test func aGenerationOfAGroupThatDoesNotExistIsRefused() throws {
    let bench = try GroupBench()
    #expect(code(bench.commit(1, member: "m", generation: 1, version: 8)) == .illegalGeneration)
    #expect(code(bench.commit(1, member: "m", generation: 1, version: 9)) == .groupIDNotFound)
    #expect(bench.group() == nil)
  }

  @Test func metadataAndPartitionsAreChecked() throws {
    let bench = try GroupBench()
    #expect(code(bench.commit(1, metadata: String(repeating: "m", count: 4096))) == ErrorCode.none)
    #expect(code(bench.commit(1, metadata: String(repeating: "m", count: 4097))) == .offsetMetadataTooLarge)
    #expect(code(bench.commit(1, metadata: nil)) == ErrorCode.none)
    #expect(code(bench.commit(1, topic: "nothing")) == .unknownTopicOrPartition)
    #expect(code(bench.commit(1, partition: 3)) == .unknownTopicOrPartition)
    #expect(code(bench.commit(1, partition: -1)) == .unknownTopicOrPartition)
    #expect(bench.coordinator.offsets.count == 1)
  }

  @Test func partitionsOfOneRequestAreAnsweredInTheirPlaces() throws {
    let bench = try GroupBench()
    var request = OffsetCommitRequest()
    request.groupID = "g"
    request.topics = [
      .init(name: "nothing", partitions: [.init(partitionIndex: 0, committedOffset: 1)]),
      .init(
        name: "orders",
        partitions: [
          .init(partitionIndex: 7, committedOffset: 1), .init(partitionIndex: 1, committedOffset: 11),
          .init(partitionIndex: 2, committedOffset: 12, committedMetadata: String(repeating: "m", count: 5000)),
        ]),
      .init(name: "payments", partitions: [.init(partitionIndex: 1, committedOffset: 21, committedLeaderEpoch: 0)]),
    ]
    let answer = Answer<OffsetCommitResponse>()
    bench.requests.handle(request, bench.context(9), reply: answer.reply)
    #expect(
      answer.value?.topics.map { $0.partitions.map(\.errorCode) } == [
        [.unknownTopicOrPartition], [.unknownTopicOrPartition, .none, .offsetMetadataTooLarge], [.none],
      ])
    #expect(bench.fetch("orders", 1)?.committedOffset == 11 && bench.fetch("payments", 1)?.committedLeaderEpoch == 0)
  }

  @Test func topicsAreNamedByTheirIDsFromVersion10On() throws {
    let bench = try GroupBench()
    let answer = bench.commit(42, topic: "payments", version: 10)
    #expect(code(answer) == ErrorCode.none && answer.value?.topics.first?.topicID == bench.topics.ids["payments"])
    #expect(code(bench.commit(42, topic: "nothing", version: 10)) == .unknownTopicID)
    let orders = bench.topics.ids["orders"] ?? .zero
    let payments = bench.topics.ids["payments"] ?? .zero
    var request = OffsetFetchRequest()
    var group = OffsetFetchRequest.OffsetFetchRequestGroup()
    group.groupID = "g"
    group.topics = [
      .init(topicID: payments, partitionIndexes: [0]), .init(topicID: orders, partitionIndexes: [0]),
      .init(topicID: KafkaUUID(high: 9, low: 9), partitionIndexes: [0]),
    ]
    var all = group
    all.topics = nil
    request.groups = [group, all]
    let fetched = Answer<OffsetFetchResponse>()
    bench.requests.handle(request, bench.context(10), reply: fetched.reply)
    let first = try #require(fetched.value?.groups.first)
    #expect(first.topics.map { $0.partitions.first?.committedOffset } == [42, -1, -1])
    #expect(first.topics.map { $0.partitions.first?.errorCode } == [ErrorCode.none, ErrorCode.none, .unknownTopicID])
    #expect(fetched.value?.groups.last?.topics.map(\.topicID) == [payments])
  }

  @Test func anOldFetchIsOfOneGroupAndMayBeOfAllTopics() throws {
    let bench = try GroupBench()
    _ = bench.commit(5, partition: 1)
    _ = bench.commit(6, partition: 0)
    _ = bench.commit(7, topic: "payments")
    var request = OffsetFetchRequest()
    request.groupID = "g"
    request.topics = nil
    let all = Answer<OffsetFetchResponse>()
    bench.requests.handle(request, bench.context(7), reply: all.reply)
    #expect(all.value?.topics.map(\.name) == ["orders", "payments"])
    #expect(all.value?.topics.first?.partitions.map(\.committedOffset) == [6, 5])
    request.topics = [.init(name: "orders", partitionIndexes: [1, 2])]
    let some = Answer<OffsetFetchResponse>()
    bench.requests.handle(request, bench.context(1), reply: some.reply)
    #expect(some.value?.topics.first?.partitions.map(\.committedOffset) == [5, -1])
  }

  // MARK: Transactions

  @Test func offsetsOfATransactionCountOnceItIsCommitted() throws {
    let bench = try GroupBench()
    _ = bench.commit(1)
    #expect(bench.commitInTransaction(10, producer: 7) == ErrorCode.none)
    #expect(bench.fetch()?.committedOffset == 1 && bench.fetch(stable: true)?.errorCode == .unstableOffsetCommit)
    #expect(bench.fetch("orders", 1, stable: true)?.errorCode == ErrorCode.none)
    bench.endTransaction(7, committed: true)
    #expect(bench.fetch(stable: true)?.committedOffset == 10)
  }

  @Test func offsetsOfAnAbortedTransactionNeverCount() throws {
    let bench = try GroupBench()
    _ = bench.commitInTransaction(10, producer: 7)
    bench.endTransaction(7, committed: false)
    #expect(bench.fetch(stable: true)?.committedOffset == -1)
    bench.endTransaction(7, committed: true)
    #expect(bench.fetch()?.committedOffset == -1)
    #expect(!bench.coordinator.offsets.hasOpenTransaction("g"))
  }

  @Test func ofTwoTransactionsTheLaterRecordCounts() throws {
    let bench = try GroupBench()
    _ = bench.commitInTransaction(10, producer: 7)
    _ = bench.commitInTransaction(20, producer: 8)
    bench.endTransaction(8, committed: true)
    bench.endTransaction(7, committed: true)
    #expect(bench.fetch(stable: true)?.committedOffset == 20)
    try bench.restart()
    #expect(bench.fetch(stable: true)?.committedOffset == 20)
  }

  @Test func aTransactionsOffsetsAreCheckedAgainstTheGroup() throws {
    let bench = try GroupBench()
    #expect(bench.commitInTransaction(1, producer: 7, member: "m", generation: 1) == .illegalGeneration)
    #expect(bench.commitInTransaction(1, producer: 7, group: "") == .invalidGroupID)
    #expect(bench.commitInTransaction(1, producer: 7, topic: "nothing") == .unknownTopicOrPartition)
    let ids = bench.stableGroup(1)
    #expect(bench.commitInTransaction(1, producer: 7, member: ids[0], generation: 0) == .illegalGeneration)
    #expect(bench.commitInTransaction(1, producer: 7, member: "m", generation: 1) == .unknownMemberID)
    #expect(bench.commitInTransaction(1, producer: 7, member: ids[0], generation: 1, instance: "i") == .unknownMemberID)
    #expect(bench.commitInTransaction(1, producer: 7, metadata: String(repeating: "m", count: 4097)) == .offsetMetadataTooLarge)
    #expect(bench.commitInTransaction(1, producer: 7, member: ids[0], generation: 1) == ErrorCode.none)
    // Producers older than KIP-447 say nothing of the group.
    #expect(bench.commitInTransaction(2, producer: 7) == ErrorCode.none)
    _ = bench.join(ids[0])
    #expect(bench.commitInTransaction(3, producer: 7, member: ids[0], generation: 2) == ErrorCode.none)
    bench.requests.verifyTransaction = { _, _, _, _ in .invalidTxnState }
    #expect(bench.commitInTransaction(1, producer: 7) == .invalidTxnState)
    bench.requests.verifyTransaction = { _, _, _, _ in .none }
    bench.log.answer = .invalidProducerEpoch
    #expect(bench.commitInTransaction(4, producer: 8, partition: 1) == .invalidProducerEpoch)
    #expect(bench.fetch("orders", 1, stable: true)?.errorCode == ErrorCode.none)
  }

  @Test func aMarkerThatComesBeforeTheOffsetsAreDurableEndsTheTransactionAllTheSame() throws {
    let bench = try GroupBench()
    bench.log.holdsCompletions = true
    _ = bench.commitInTransaction(10, producer: 7)
    bench.endTransaction(7, committed: true)
    bench.log.completeHeld()
    #expect(bench.fetch(stable: true)?.committedOffset == 10)
  }

  // MARK: Retention

  @Test func offsetsWithoutAGroupExpireOneByOneAfterTheirCommit() throws {
    let bench = try GroupBench()
    let day: Int64 = 24 * 3_600_000
    _ = bench.commit(1, partition: 0)
    bench.advance(6 * day)
    _ = bench.commit(2, partition: 1)
    bench.advance(day - 1)
    #expect(bench.fetch("orders", 0)?.committedOffset == 1)
    bench.advance(bench.configuration.offsetsRetentionCheckInterval)
    #expect(bench.fetch("orders", 0)?.committedOffset == -1 && bench.fetch("orders", 1)?.committedOffset == 2)
    #expect(bench.coordinator.figures.offsetExpirations == 1)
    try bench.restart()
    #expect(bench.fetch("orders", 0)?.committedOffset == -1 && bench.fetch("orders", 1)?.committedOffset == 2)
    bench.advance(7 * day)
    #expect(bench.group() == nil && bench.coordinator.offsets.count == 0)
    try bench.restart()
    #expect(bench.group() == nil)
  }

  @Test func offsetsOfAGroupAreKeptWhileItHasMembersAndCountFromItsBeingEmpty() throws {
    let bench = try GroupBench { $0.offsetsRetention = 3_600_000 }
    let ids = bench.stableGroup(1, session: 1_800_000)
    _ = bench.commit(1, member: ids[0], generation: 1)
    for _ in 0..<10 {
      bench.advance(1_000_000)
      _ = bench.heartbeat(ids[0], 1)
    }
    #expect(bench.fetch()?.committedOffset == 1)
    _ = bench.leave([(ids[0], nil)])
    bench.advance(3_000_000)
    #expect(bench.fetch()?.committedOffset == 1)
    try bench.restart()
    bench.advance(1_200_000)
    #expect(bench.fetch()?.committedOffset == -1 && bench.group() == nil)
  }

  @Test func offsetsOfTopicsThatNobodyConsumesAnyMoreExpireInAStableGroup() throws {
    let bench = try GroupBench { $0.offsetsRetention = 3_600_000 }
    _ = bench.commit(5, topic: "payments")
    let ids = bench.stableGroup(1, session: 1_800_000)
    _ = bench.commit(1, member: ids[0], generation: 1)
    for _ in 0..<5 {
      bench.advance(1_000_000)
      _ = bench.heartbeat(ids[0], 1)
    }
    #expect(bench.fetch("payments")?.committedOffset == -1 && bench.fetch()?.committedOffset == 1)
  }

  @Test func anOldClientSaysHowLongItsOffsetsAreKept() throws {
    let bench = try GroupBench()
    _ = bench.commit(1, retention: 1_000_000, version: 4)
    _ = bench.commit(2, partition: 1, retention: .max, version: 4)
    try bench.restart()
    bench.advance(600_000)
    #expect(bench.fetch()?.committedOffset == 1)
    bench.advance(600_000)
    #expect(bench.fetch()?.committedOffset == -1)
    bench.advance(30 * 24 * 3_600_000)
    #expect(bench.fetch("orders", 1)?.committedOffset == 2)
  }

  @Test func anOpenTransactionKeepsItsOffsetsAndItsGroup() throws {
    let bench = try GroupBench { $0.offsetsRetention = 3_600_000 }
    _ = bench.commit(1)
    _ = bench.commitInTransaction(2, producer: 7)
    bench.advance(10_000_000)
    #expect(bench.fetch()?.committedOffset == 1 && bench.group() != nil)
    bench.endTransaction(7, committed: false)
    bench.advance(1_000_000)
    #expect(bench.group() == nil)
  }

  @Test func tombstonesThatCannotBeWrittenExpireNothing() throws {
    let bench = try GroupBench { $0.offsetsRetention = 1000 }
    _ = bench.commit(1)
    bench.log.answer = .kafkaStorageError
    bench.advance(600_000)
    #expect(bench.fetch()?.committedOffset == 1 && bench.coordinator.figures.offsetExpirations == 0)
    bench.log.answer = .none
    bench.advance(600_000)
    #expect(bench.fetch()?.committedOffset == -1)
  }
}
