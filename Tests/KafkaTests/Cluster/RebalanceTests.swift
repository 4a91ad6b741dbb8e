import Kafka
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct RebalanceTests {
  @Test(arguments: [ConsumerConfiguration.AssignmentStrategy.cooperativeSticky, .range])
  func partitionsMoveToANewMemberAndBack(_ strategy: ConsumerConfiguration.AssignmentStrategy) async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("moves")
      let topic = try await cluster.topic("moves", partitions: 4)
      let all = Set((0..<4).map { TopicPartition(topic: topic, partition: $0) })
      let firstLog = RebalanceLog()
      let secondLog = RebalanceLog()
      let first = try testConsumer(cluster, group: group) { $0.assignmentStrategies = [strategy] }
      try await first.subscribe([topic], rebalance: firstLog)
      _ = try await poll(first, until: { _ in firstLog.owned == all })

      let second = try testConsumer(cluster, group: group) { $0.assignmentStrategies = [strategy] }
      try await second.subscribe([topic], rebalance: secondLog)
      let isShared: @Sendable () -> Bool = {
        firstLog.owned.count == 2 && secondLog.owned.count == 2 && firstLog.owned.union(secondLog.owned) == all
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try await poll(first, until: { _ in isShared() }) }
        group.addTask { _ = try await poll(second, until: { _ in isShared() }) }
        try await group.waitForAll()
      }
      #expect(Set(first.assignment) == firstLog.owned)
      #expect(Set(second.assignment) == secondLog.owned)
      if strategy == .cooperativeSticky {
        #expect(firstLog.state.withLock { $0.revoked.count } == 2, "the two that stay are never taken away")
      }
      let moved = try #require(secondLog.owned.first)
      #expect(try await first.commit([moved: 1]).lost == [moved])

      #expect(await second.close(deadline: .seconds(10)))
      #expect(secondLog.owned.isEmpty)
      _ = try await poll(first, until: { _ in firstLog.owned == all })
      await first.close(deadline: .seconds(10))
    }
  }

  @Test func whatWasDoneCanBeCommittedWhileAPartitionIsRevoked() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("handover")
      let topic = try await cluster.topic("handover", partitions: 1)
      let partition = TopicPartition(topic: topic, partition: 0)
      let producer = try testProducer(cluster)
      try await producer.send(contentsOf: (0..<10).map { ProducerRecord(topic: topic, value: bytes("\($0)")) }).throwIfFailed()
      let log = RebalanceLog()
      let consumer = try testConsumer(cluster, group: group)
      let outcome = Mutex<CommitOutcome?>(nil)
      log.state.withLock { state in
        state.onRevoke = { partitions in
          let committed = try? await consumer.commit(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 10) }))
          outcome.withLock { $0 = committed }
        }
      }
      try await consumer.subscribe([topic], rebalance: log)
      _ = try await poll(consumer) { $0.count == 10 }
      #expect(await consumer.close(deadline: .seconds(10)))
      #expect(outcome.withLock { $0?.committed } == [partition: 10])
      let next = try testConsumer(cluster, group: group)
      #expect(try await next.committed([partition]) == [partition: 10])
      log.state.withLock { $0.onRevoke = nil }
      await next.close(deadline: .seconds(5))
      await producer.close(deadline: .seconds(5))
    }
  }

  /// Members come and go while records are read and committed: whoever owns a partition goes on where the commits stand, without a gap.
  @Test func nothingIsSkippedWhileMembersComeAndGo() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("churn")
      let partitions = 6
      let count = 1500
      let topic = try await cluster.topic("churn", partitions: partitions)
      let producer = try testProducer(cluster)
      let journal = Mutex<[TopicPartition: Int64]>([:])
      let gaps = Mutex<[String]>([])
      let isComplete: @Sendable () -> Bool = {
        journal.withLock { $0.count == partitions && $0.values.allSatisfy { $0 == Int64(count) } }
      }
      /// Reads and commits until everything was seen, or this member has had its share.
      let member: @Sendable (Int) async throws -> Void = { share in
        let consumer = try testConsumer(cluster, group: group)
        try await consumer.subscribe([topic], rebalance: CommittedOffsets())
        var had = 0
        while had < share, !isComplete(), let batch = try await consumer.nextBatch(maxRecords: 50, maxWait: .milliseconds(50)) {
          had += batch.count
          batch.forEach { record in
            let (partition, offset) = (record.topicPartition, record.offset)
            let expected = journal.withLock { journal in
              defer { journal[partition] = max(journal[partition, default: 0], offset + 1) }
              return journal[partition, default: 0]
            }
            if offset > expected { gaps.withLock { $0.append("\(partition): \(offset) after \(expected)") } }
          }
          try await consumer.commit(batch.nextOffsets)
        }
        await consumer.close(deadline: .seconds(10))
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for first in stride(from: 0, to: count, by: 100) {
            let records = (0..<partitions).flatMap { partition in
              (first..<(first + 100)).map { ProducerRecord(topic: topic, partition: Int32(partition), value: bytes("\($0)")) }
            }
            try await producer.send(contentsOf: records).throwIfFailed()
          }
        }
        group.addTask { try await member(.max) }
        group.addTask { for _ in 0..<2 { try await member(500) } }
        group.addTask { try await member(800) }
        try await group.waitForAll()
      }
      #expect(isComplete())
      #expect(gaps.withLock { $0 } == [])
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func aHandlerThatHangsDoesNotHoldTheGroup() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("hang")
      struct Hanging: RebalanceHandler {
        func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
          // A stream without an end: only the cancellation ends it.
          for await _ in AsyncStream<Never>.makeStream().stream {}
          return [:]
        }
      }
      let topic = try await cluster.topic("hang", partitions: 1)
      let producer = try testProducer(cluster)
      _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("x")))
      let consumer = try testConsumer(cluster, group: group) { $0.rebalanceTimeout = .milliseconds(200) }
      try await consumer.subscribe([topic], rebalance: Hanging())
      #expect(try await poll(consumer) { !$0.isEmpty }.count == 1)
      await consumer.close(deadline: .seconds(5))
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func anOwnerThatStaysAwayLosesItsPartitions() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("away")
      let topic = try await cluster.topic("away", partitions: 1)
      let partition = TopicPartition(topic: topic, partition: 0)
      let producer = try testProducer(cluster)
      _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("x")))
      let log = RebalanceLog()
      let consumer = try testConsumer(cluster, group: group) {
        $0.maximumPollInterval = .seconds(6)
        $0.sessionTimeout = .seconds(6)
        $0.rebalanceTimeout = .seconds(1)
        $0.statisticsInterval = .milliseconds(500)
      }
      try await consumer.subscribe([topic], rebalance: log)
      _ = try await poll(consumer) { !$0.isEmpty }
      // Statistics and log lines go on meanwhile; they must not look like the owner.
      let deadline = ContinuousClock.now + .seconds(20)
      var outcome = CommitOutcome()
      while outcome.lost.isEmpty, ContinuousClock.now < deadline {
        outcome = try await consumer.commit([partition: Int64.random(in: 1...1_000_000)])
        await Task.yield()
      }
      #expect(outcome.lost == [partition])
      _ = try await poll(consumer, until: { _ in log.state.withLock { $0.everGone == [partition] } })
      // It comes back as soon as the owner does.
      _ = try await poll(consumer, until: { _ in log.owned == [partition] })
      await consumer.close(deadline: .seconds(10))
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func aStaticMemberKeepsItsPartitionsOverARestart() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("static")
      let topic = try await cluster.topic("static", partitions: 4)
      let otherLog = RebalanceLog()
      let other = try testConsumer(cluster, group: group) { $0.groupInstanceID = "other" }
      try await other.subscribe([topic], rebalance: otherLog)
      _ = try await poll(other, until: { _ in otherLog.owned.count == 4 })
      var own: Set<TopicPartition>?
      for _ in 0..<3 {
        let log = RebalanceLog()
        let consumer = try testConsumer(cluster, group: group) { $0.groupInstanceID = "daemon-1" }
        try await consumer.subscribe([topic], rebalance: log)
        let isShared: @Sendable () -> Bool = { log.owned.count == 2 && otherLog.owned.count == 2 }
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { _ = try await poll(other, until: { _ in isShared() }) }
          group.addTask { _ = try await poll(consumer, until: { _ in isShared() }) }
          try await group.waitForAll()
        }
        #expect(own == nil || own == log.owned, "what it had before")
        own = log.owned
        #expect(await consumer.close(deadline: .seconds(10)))
      }
      // It gave up two of the four when the daemon joined; the restarts did not touch it.
      #expect(otherLog.state.withLock { $0.everGone.count } == 2)
      let members = try #require(try await cluster.admin.describeGroups([group]).first?.members)
      #expect(Set(members.compactMap(\.instanceID)) == ["other", "daemon-1"])
      await other.close(deadline: .seconds(10))
    }
  }

  @Test func aSecondMemberOfTheSameNameFencesTheFirst() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("twins")
      let topic = try await cluster.topic("twins")
      let first = try testConsumer(cluster, group: group) { $0.groupInstanceID = "twin" }
      let log = RebalanceLog()
      try await first.subscribe([topic], rebalance: log)
      _ = try await poll(first, until: { _ in !log.owned.isEmpty })
      let second = try testConsumer(cluster, group: group) { $0.groupInstanceID = "twin" }
      let secondLog = RebalanceLog()
      try await second.subscribe([topic], rebalance: secondLog)
      _ = try await poll(second, until: { _ in !secondLog.owned.isEmpty })
      let error = await #expect(throws: KafkaError.self) { _ = try await poll(first, until: { _ in false }) }
      #expect(error?.code == .fencedInstanceId)
      await first.close(deadline: .seconds(5))
      await second.close(deadline: .seconds(5))
    }
  }
}
