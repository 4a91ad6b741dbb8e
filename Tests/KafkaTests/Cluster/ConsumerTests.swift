import Kafka
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConsumerTests {
  @Test func readsAllPartitionsInOrderWithinLimits() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("limits")
      let topic = try await cluster.filledTopic("limits", partitions: 4, count: 250)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      var next: [TopicPartition: Int64] = [:]
      var total = 0
      for try await batch in consumer.batches(maxRecords: 64, maxWait: .milliseconds(100)) {
        #expect(batch.count <= 64)
        #expect(Set(batch.records().map(\.topicPartition)) == Set(batch.partitions))
        batch.forEach { record in
          #expect(record.offset == next[record.topicPartition, default: 0])
          next[record.topicPartition] = record.offset + 1
          #expect(record.value.map { String(decoding: $0, as: UTF8.self) } == "\(record.offset)")
        }
        for (partition, offset) in batch.nextOffsets { #expect(next[partition] == offset) }
        total += batch.count
        if total == 1000 { break }
      }
      #expect(next.values.allSatisfy { $0 == 250 })
      #expect(try await consumer.position(Array(next.keys)) == next)
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func bytesLimitABatch() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("big", partitions: 1)
      let producer = try testProducer(cluster)
      let value = [UInt8](repeating: 1, count: 1000)
      try await producer.send(contentsOf: (0..<200).map { _ in ProducerRecord(topic: topic, value: value) }).throwIfFailed()
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([TopicPartition(topic: topic, partition: 0): .beginning])
      var sizes: [Int] = []
      while sizes.reduce(0, +) < 200 {
        let batch = try #require(try await consumer.nextBatch(maxRecords: 1000, maxBytes: 10_000, maxWait: .seconds(5)))
        #expect(!batch.isEmpty)
        sizes.append(batch.count)
      }
      // The first batch has to guess the size of records.
      #expect(sizes.dropFirst().allSatisfy { $0 <= 11 })
      await consumer.close(deadline: .seconds(5))
      await producer.close(deadline: .seconds(5))
    }
  }

  /// librdkafka 2.0 looks only once a second whether its queue has room: this took nine seconds.
  @Test(arguments: [false, true]) func aBacklogLargerThanTheQueueIsReadWithoutPauses(pausing: Bool) async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("room", partitions: 2)
      let producer = try testProducer(cluster)
      let value = [UInt8](repeating: 1, count: 100_000)
      let records = (0..<600).map { ProducerRecord(topic: topic, partition: Int32($0 % 2), value: value) }
      try await producer.send(contentsOf: records).throwIfFailed()
      await producer.close(deadline: .seconds(5))
      let consumer = try testConsumer(cluster, group: nil) { $0.queueBytes = 1 << 20 }
      let partitions = (0..<2).map { TopicPartition(topic: topic, partition: $0) }
      try await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
      var count = 0
      let start = ContinuousClock.now
      while count < 600 {
        let batch = try #require(try await consumer.nextBatch(maxRecords: 10, maxWait: .seconds(5)))
        if count / 40 != (count + batch.count) / 40, pausing {
          try await consumer.pause(partitions)
          try await consumer.resume(partitions)
        }
        count += batch.count
      }
      #expect(start.duration(to: .now) < .seconds(4))
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func anIdleTopicGivesEmptyBatchesAndCloseEndsTheSequence() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("idle")
      let topic = try await cluster.topic("idle", partitions: 1)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      let batch = try await consumer.nextBatch(maxWait: .milliseconds(50))
      #expect(batch?.isEmpty == true)
      async let rest = consumer.records(maxWait: .seconds(20)).reduce(into: 0) { count, _ in count += 1 }
      await consumer.close(deadline: .seconds(10))
      #expect(try await rest == 0)
      #expect(try await consumer.nextBatch() == nil)
    }
  }

  @Test func cancellingEndsTheWait() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("cancelled")
      let topic = try await cluster.topic("cancelled", partitions: 1)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      let waiting = Task { try await consumer.nextBatch(maxWait: .seconds(60)) == nil }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { _ = try await waiting.value }
      #expect(await consumer.close(deadline: .seconds(5)))
    }
  }

  @Test func anAssignmentThatWasNotServedYetDoesNotDelayClose() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("unserved")
      let topic = try await cluster.topic("unserved", partitions: 1)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      try await eventually("the group to give the partition") {
        try await cluster.admin.describeGroups([group]).first?.members.contains { !$0.partitions.isEmpty } == true
      }
      #expect(await consumer.close(deadline: .seconds(4)))
    }
  }

  @Test func handlersOffsetsWinOverCommittedOnes() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("starts")
      let topic = try await cluster.filledTopic("starts", partitions: 2, count: 20)
      let zero = TopicPartition(topic: topic, partition: 0)
      let one = TopicPartition(topic: topic, partition: 1)
      let first = try testConsumer(cluster, group: group)
      let log = RebalanceLog()
      try await first.subscribe([topic], rebalance: log)
      _ = try await poll(first) { $0.count == 40 }
      #expect(log.assigned == [zero, one])
      #expect(try await first.commit([zero: 10, one: 10]).committed == [zero: 10, one: 10])
      #expect(await first.close(deadline: .seconds(5)))
      #expect(log.owned.isEmpty)

      let second = try testConsumer(cluster, group: group)
      try await second.subscribe([topic], rebalance: RebalanceLog(starts: [one: 15]))
      let read = try await poll(second) { $0.count >= 15 }
      #expect(read.filter { $0.partition == 0 }.map(\.offset) == Array(10..<20))
      #expect(read.filter { $0.partition == 1 }.map(\.offset) == Array(15..<20))
      await second.close(deadline: .seconds(5))
    }
  }

  @Test func commitsGoForwardOnlyAndOnlyForOwnPartitions() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("commits")
      let topic = try await cluster.filledTopic("commits", partitions: 1, count: 10)
      let partition = TopicPartition(topic: topic, partition: 0)
      let foreign = TopicPartition(topic: topic, partition: 5)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      _ = try await poll(consumer) { $0.count == 10 }
      #expect(try await consumer.commit([partition: 7, foreign: 3]).lost == [foreign])
      #expect(try await consumer.commit([partition: 4]).unchanged == [partition])
      #expect(try await consumer.committed([partition]) == [partition: 7])
      let outcome = await withCheckedContinuation { continuation in
        do {
          try consumer.commitAsync([partition: 9]) { continuation.resume(returning: try? $0.get()) }
        } catch {
          continuation.resume(returning: nil)
        }
      }
      #expect(outcome?.committed == [partition: 9])
      await consumer.close(deadline: .seconds(5))

      // A new member knows what the group has, and does not go behind it.
      let next = try testConsumer(cluster, group: group)
      try await next.subscribe([topic], rebalance: RebalanceLog(starts: [partition: 0]))
      _ = try await poll(next) { $0.count == 10 }
      #expect(try await next.commit([partition: 5]).unchanged == [partition])
      #expect(try await next.committed([partition]) == [partition: 9])
      await next.close(deadline: .seconds(5))
    }
  }

  @Test func seekPauseAndResume() async throws {
    try await RealCluster.with { cluster in
      let group = cluster.group("seek")
      let topic = try await cluster.filledTopic("seek", partitions: 1, count: 20)
      let partition = TopicPartition(topic: topic, partition: 0)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      _ = try await poll(consumer) { $0.count == 20 }
      try await consumer.seek([partition: 5])
      #expect(try await poll(consumer) { $0.count >= 15 }.map(\.offset) == Array(5..<20))
      try await consumer.pause([partition])
      try await consumer.seek([partition: 18])
      #expect(try await consumer.nextBatch(maxWait: .milliseconds(300))?.isEmpty == true)
      try await consumer.resume([partition])
      #expect(try await poll(consumer) { $0.count >= 2 }.map(\.offset) == [18, 19])
      await #expect(throws: KafkaError.self) { try await consumer.seek([TopicPartition(topic: topic, partition: 9): 0]) }
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func resumingWhatIsNotPausedLosesNothing() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("resumed", partitions: 1, count: 1000)
      let partition = TopicPartition(topic: topic, partition: 0)
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([partition: .beginning])
      var offsets: [Int64] = []
      while offsets.count < 1000 {
        let batch = try #require(try await consumer.nextBatch(maxRecords: 100, maxWait: .seconds(10)))
        try #require(!batch.isEmpty)
        offsets += batch.records().map(\.offset)
        try await consumer.resume([partition])
        // Pausing twice and resuming once is fine, too.
        if offsets.count == 500 {
          try await consumer.pause([partition])
          try await consumer.pause([partition])
          #expect(consumer.paused == [partition])
          try await consumer.resume([partition])
        }
      }
      #expect(offsets == Array(0..<1000))
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func subscribesByPattern() async throws {
    try await RealCluster.with { cluster in
      let products = try await cluster.filledTopic("shop-products", count: 1)
      let brands = try await cluster.filledTopic("shop-brands", count: 1)
      _ = try await cluster.filledTopic("other", count: 1)
      let consumer = try testConsumer(cluster, group: cluster.group("pattern"))
      let own = products.split(separator: "-").suffix(2).first ?? ""
      try await consumer.subscribe(["^kafka-shop-.*-\(own)-.*"], rebalance: CommittedOffsets())
      let read = try await poll(consumer) { $0.count == 2 }
      #expect(Set(read.map(\.topic)) == [products, brands])
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func knowsTheEndsAndTheCluster() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("ends", partitions: 2, count: 3)
      let consumer = try testConsumer(cluster, group: nil)
      let zero = TopicPartition(topic: topic, partition: 0)
      let one = TopicPartition(topic: topic, partition: 1)
      #expect(
        try await consumer.watermarks(for: [zero, one]) == [zero: Watermarks(low: 0, high: 3), one: Watermarks(low: 0, high: 3)])
      #expect(try await consumer.clusterID().isEmpty == false)
      await #expect(throws: KafkaError.self) { try await consumer.commit([zero: 1]) }
      await #expect(throws: KafkaError.self) { try await consumer.subscribe([topic], rebalance: CommittedOffsets()) }
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func batchesOutliveTheirConsumer() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("outlive", partitions: 1, count: 5)
      var consumer: Consumer? = try testConsumer(cluster, group: nil)
      try await consumer?.assign([TopicPartition(topic: topic, partition: 0): .beginning])
      let batch = try await consumer?.nextBatch(maxWait: .seconds(10))
      await consumer?.close(deadline: .seconds(5))
      consumer = nil
      #expect(batch?.records().first?.value == bytes("0"))
    }
  }

  @Test func anOutOfRangeStartIsTheOwnersBusinessIfSoConfigured() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("range", partitions: 1, count: 5)
      let consumer = try testConsumer(cluster, group: nil) { $0.offsetReset = .error }
      try await consumer.assign([TopicPartition(topic: topic, partition: 0): .at(1000)])
      let error = await #expect(throws: KafkaError.self) { _ = try await poll(consumer) { _ in false } }
      #expect(error?.code == .autoOffsetReset)
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func aGroupsOffsetsOutliveItsMembers() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("kept", partitions: 2, count: 10)
      let group = cluster.group("kept")
      let (zero, one) = (TopicPartition(topic: topic, partition: 0), TopicPartition(topic: topic, partition: 1))
      let first = try testConsumer(cluster, group: group)
      try await first.subscribe([topic], rebalance: CommittedOffsets())
      _ = try await poll(first) { $0.count == 20 }
      #expect(try await first.commit([zero: 4, one: 10]).committed == [zero: 4, one: 10])
      #expect(await first.close(deadline: .seconds(10)))

      let second = try testConsumer(cluster, group: group)
      #expect(try await second.committed([zero, one]) == [zero: 4, one: 10])
      try await second.subscribe([topic], rebalance: CommittedOffsets())
      let read = try await poll(second) { $0.count >= 6 }
      #expect(read.map(\.partition) == Array(repeating: 0, count: 6))
      #expect(read.map(\.offset) == Array(4..<10))
      await second.close(deadline: .seconds(10))
      // Another group knows nothing of it.
      let stranger = try testConsumer(cluster, group: cluster.group("stranger"))
      #expect(try await stranger.committed([zero, one]).isEmpty)
      await stranger.close(deadline: .seconds(5))
    }
  }

  @Test func findsOffsetsByTime() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("times", partitions: 2, configuration: ["retention.ms": "-1"])
      let (zero, one) = (TopicPartition(topic: topic, partition: 0), TopicPartition(topic: topic, partition: 1))
      let producer = try testProducer(cluster)
      let start: Int64 = 1_700_000_000_000
      for step in 0..<10 {
        // A batch each, so that more than the batches' own timestamps is looked at in some of them.
        let records = (0..<3).map {
          ProducerRecord(topic: topic, partition: 0, value: bytes("x"), timestamp: start + Int64(step * 1000 + $0))
        }
        try await producer.send(contentsOf: records).throwIfFailed()
      }
      await producer.close(deadline: .seconds(5))
      let consumer = try testConsumer(cluster, group: nil)
      #expect(try await consumer.offsets(forTimes: [zero: start, one: start]) == [zero: 0])
      #expect(try await consumer.offsets(forTimes: [zero: start + 1]) == [zero: 1])
      #expect(try await consumer.offsets(forTimes: [zero: start + 3]) == [zero: 3])
      #expect(try await consumer.offsets(forTimes: [zero: start + 8001]) == [zero: 25])
      #expect(try await consumer.offsets(forTimes: [zero: start + 9003]) == [:])
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func whatWasDeletedIsNotRead() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("deleted", count: 20)
      let partition = TopicPartition(topic: topic, partition: 0)
      _ = try await cluster.admin.deleteRecords(before: [partition: 15])
      #expect(try await cluster.read(topic, atLeast: 5).map(\.offset) == Array(15..<20))
      // An offset from before the deletion: the consumer goes to the oldest one that is left.
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([partition: .at(3)])
      #expect(try await poll(consumer) { $0.count >= 5 }.map(\.offset) == Array(15..<20))
      #expect(try await consumer.watermarks(for: [partition]) == [partition: Watermarks(low: 15, high: 20)])
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func waitsForTheFirstRecordOfAnEmptyTopic() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("first")
      // Longer than the test waits: the broker must answer as soon as there is something.
      let consumer = try testConsumer(cluster, group: nil) { $0.fetchMaximumWait = .seconds(100) }
      try await consumer.assign([TopicPartition(topic: topic, partition: 0): .beginning])
      #expect(try await consumer.nextBatch(maxWait: .milliseconds(300))?.isEmpty == true)
      try await cluster.fill(topic, numbers: 0..<1)
      #expect(try await poll(consumer) { $0.count == 1 }.first?.value == bytes("0"))
      await consumer.close(deadline: .seconds(5))
    }
  }
}
