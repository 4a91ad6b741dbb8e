import Kafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConsumerTests {
  /// Writes `count` records with their number as value to each partition of a topic.
  private func fill(_ cluster: MockCluster, _ topic: String, partitions: Int, count: Int) async throws {
    try cluster.createTopic(topic, partitions: partitions)
    let producer = try testProducer(cluster)
    let records = (0..<partitions).flatMap { partition in
      (0..<count).map { ProducerRecord(topic: topic, partition: Int32(partition), value: bytes("\($0)")) }
    }
    try await producer.send(contentsOf: records).throwIfFailed()
    await producer.close(deadline: .seconds(5))
  }

  @Test func readsAllPartitionsInOrderWithinLimits() async throws {
    let cluster = try MockCluster(brokers: 2)
    try await fill(cluster, "limits", partitions: 4, count: 250)
    let consumer = try testConsumer(cluster, group: "limits")
    try await consumer.subscribe(["limits"], rebalance: CommittedOffsets())
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

  @Test func bytesLimitABatch() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("big", partitions: 1)
    let producer = try testProducer(cluster)
    let value = [UInt8](repeating: 1, count: 1000)
    try await producer.send(contentsOf: (0..<200).map { _ in ProducerRecord(topic: "big", value: value) }).throwIfFailed()
    let consumer = try testConsumer(cluster, group: nil)
    try await consumer.assign([TopicPartition(topic: "big", partition: 0): .beginning])
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

  @Test func anIdleTopicGivesEmptyBatchesAndCloseEndsTheSequence() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("idle", partitions: 1)
    let consumer = try testConsumer(cluster, group: "idle")
    try await consumer.subscribe(["idle"], rebalance: CommittedOffsets())
    let batch = try await consumer.nextBatch(maxWait: .milliseconds(50))
    #expect(batch?.isEmpty == true)
    async let rest = consumer.records(maxWait: .seconds(20)).reduce(into: 0) { count, _ in count += 1 }
    await consumer.close(deadline: .seconds(10))
    #expect(try await rest == 0)
    #expect(try await consumer.nextBatch() == nil)
  }

  @Test func cancellingEndsTheWait() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("cancelled", partitions: 1)
    let consumer = try testConsumer(cluster, group: "cancelled")
    try await consumer.subscribe(["cancelled"], rebalance: CommittedOffsets())
    let waiting = Task { try await consumer.nextBatch(maxWait: .seconds(60)) == nil }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    #expect(await consumer.close(deadline: .seconds(5)))
  }

  @Test func handlersOffsetsWinOverCommittedOnes() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "starts", partitions: 2, count: 20)
    let zero = TopicPartition(topic: "starts", partition: 0)
    let one = TopicPartition(topic: "starts", partition: 1)
    let first = try testConsumer(cluster, group: "starts")
    let log = RebalanceLog()
    try await first.subscribe(["starts"], rebalance: log)
    _ = try await poll(first) { $0.count == 40 }
    #expect(log.assigned == [zero, one])
    #expect(try await first.commit([zero: 10, one: 10]).committed == [zero: 10, one: 10])
    #expect(await first.close(deadline: .seconds(5)))
    #expect(log.owned.isEmpty)

    let second = try testConsumer(cluster, group: "starts")
    try await second.subscribe(["starts"], rebalance: RebalanceLog(starts: [one: 15]))
    let read = try await poll(second) { $0.count >= 15 }
    #expect(read.filter { $0.partition == 0 }.map(\.offset) == Array(10..<20))
    #expect(read.filter { $0.partition == 1 }.map(\.offset) == Array(15..<20))
    await second.close(deadline: .seconds(5))
  }

  @Test func commitsGoForwardOnlyAndOnlyForOwnPartitions() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "commits", partitions: 1, count: 10)
    let partition = TopicPartition(topic: "commits", partition: 0)
    let foreign = TopicPartition(topic: "commits", partition: 5)
    let consumer = try testConsumer(cluster, group: "commits")
    try await consumer.subscribe(["commits"], rebalance: CommittedOffsets())
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
    let next = try testConsumer(cluster, group: "commits")
    try await next.subscribe(["commits"], rebalance: RebalanceLog(starts: [partition: 0]))
    _ = try await poll(next) { $0.count == 10 }
    #expect(try await next.commit([partition: 5]).unchanged == [partition])
    #expect(try await next.committed([partition]) == [partition: 9])
    await next.close(deadline: .seconds(5))
  }

  @Test(arguments: [KafkaError.Code.illegalGeneration, .rebalanceInProgress, .unknownMemberId])
  func aCommitRefusedByARebalanceIsLostAndNoError(_ code: KafkaError.Code) async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "refused", partitions: 1, count: 10)
    let partition = TopicPartition(topic: "refused", partition: 0)
    let consumer = try testConsumer(cluster, group: "refused")
    try await consumer.subscribe(["refused"], rebalance: CommittedOffsets())
    _ = try await poll(consumer) { $0.count == 10 }
    cluster.injectErrors(.offsetCommit, Array(repeating: code, count: 4))
    #expect(try await consumer.commit([partition: 3]).lost == [partition])
    cluster.clearErrors(.offsetCommit)
    await consumer.close(deadline: .seconds(5))
  }

  @Test func seekPauseAndResume() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "seek", partitions: 1, count: 20)
    let partition = TopicPartition(topic: "seek", partition: 0)
    let consumer = try testConsumer(cluster, group: "seek")
    try await consumer.subscribe(["seek"], rebalance: CommittedOffsets())
    _ = try await poll(consumer) { $0.count == 20 }
    try await consumer.seek([partition: 5])
    #expect(try await poll(consumer) { $0.count >= 15 }.map(\.offset) == Array(5..<20))
    try await consumer.pause([partition])
    try await consumer.seek([partition: 18])
    #expect(try await consumer.nextBatch(maxWait: .milliseconds(300))?.isEmpty == true)
    try await consumer.resume([partition])
    #expect(try await poll(consumer) { $0.count >= 2 }.map(\.offset) == [18, 19])
    await #expect(throws: KafkaError.self) { try await consumer.seek([TopicPartition(topic: "seek", partition: 9): 0]) }
    await consumer.close(deadline: .seconds(5))
  }

  @Test func resumingWhatIsNotPausedLosesNothing() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "resumed", partitions: 1, count: 1000)
    let partition = TopicPartition(topic: "resumed", partition: 0)
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

  @Test func subscribesByPattern() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "shop.public.products", partitions: 1, count: 1)
    try await fill(cluster, "shop.public.brands", partitions: 1, count: 1)
    try await fill(cluster, "other", partitions: 1, count: 1)
    let consumer = try testConsumer(cluster, group: "pattern")
    try await consumer.subscribe(["^shop\\.public\\..*"], rebalance: CommittedOffsets())
    let read = try await poll(consumer) { $0.count == 2 }
    #expect(Set(read.map(\.topic)) == ["shop.public.products", "shop.public.brands"])
    await consumer.close(deadline: .seconds(5))
  }

  @Test func knowsTheEndsAndTheCluster() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "ends", partitions: 2, count: 3)
    let consumer = try testConsumer(cluster, group: nil)
    let zero = TopicPartition(topic: "ends", partition: 0)
    let one = TopicPartition(topic: "ends", partition: 1)
    #expect(
      try await consumer.watermarks(for: [zero, one]) == [zero: Watermarks(low: 0, high: 3), one: Watermarks(low: 0, high: 3)])
    #expect(try await consumer.clusterID().isEmpty == false)
    await #expect(throws: KafkaError.self) { try await consumer.commit([zero: 1]) }
    await #expect(throws: KafkaError.self) { try await consumer.subscribe(["ends"], rebalance: CommittedOffsets()) }
    await consumer.close(deadline: .seconds(5))
  }

  @Test func batchesOutliveTheirConsumer() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "outlive", partitions: 1, count: 5)
    var consumer: Consumer? = try testConsumer(cluster, group: nil)
    try await consumer?.assign([TopicPartition(topic: "outlive", partition: 0): .beginning])
    let batch = try await consumer?.nextBatch(maxWait: .seconds(10))
    await consumer?.close(deadline: .seconds(5))
    consumer = nil
    #expect(batch?.records().first?.value == bytes("0"))
  }

  @Test func anOutOfRangeStartIsTheOwnersBusinessIfSoConfigured() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "range", partitions: 1, count: 5)
    let consumer = try testConsumer(cluster, group: nil) { $0.offsetReset = .error }
    try await consumer.assign([TopicPartition(topic: "range", partition: 0): .at(1000)])
    let error = await #expect(throws: KafkaError.self) { _ = try await poll(consumer) { _ in false } }
    #expect(error?.code == .autoOffsetReset)
    await consumer.close(deadline: .seconds(5))
  }

  @Test func survivesABrokerThatGoesAndComesBack() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await fill(cluster, "back", partitions: 1, count: 5)
    let consumer = try testConsumer(cluster, group: "back")
    try await consumer.subscribe(["back"], rebalance: CommittedOffsets())
    _ = try await poll(consumer) { $0.count == 5 }
    try cluster.setBrokerDown(1)
    #expect(try await consumer.nextBatch(maxWait: .milliseconds(200))?.isEmpty == true)
    try cluster.setBrokerUp(1)
    let producer = try testProducer(cluster)
    _ = try await producer.send(ProducerRecord(topic: "back", value: bytes("5")))
    #expect(try await poll(consumer) { !$0.isEmpty }.first?.value == bytes("5"))
    await producer.close(deadline: .seconds(5))
    await consumer.close(deadline: .seconds(5))
  }
}
