import Kafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProducerTests {
  @Test func sendReturnsWhereTheRecordStands() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("one", partitions: 3)
    let producer = try testProducer(cluster)
    let first = try await producer.send(ProducerRecord(topic: "one", partition: 2, value: bytes("a")))
    let second = try await producer.send(ProducerRecord(topic: "one", partition: 2, value: bytes("b")))
    #expect(first.topicPartition == TopicPartition(topic: "one", partition: 2))
    #expect(first.offset == 0)
    #expect(second.offset == 1)
    #expect(await producer.close(deadline: .seconds(5)).isEmpty)
  }

  /// Vectors of the Java client's `UtilsTest.testMurmur2`; its partitioner takes the hash without its sign, modulo the partitions.
  @Test(arguments: [
    ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
    ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
    ("abc", 479_470_107),
  ])
  func keysGoWhereTheJavaClientSendsThem(_ key: String, _ hash: Int) async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("keys", partitions: 97)
    let producer = try testProducer(cluster)
    let metadata = try await producer.send(ProducerRecord(topic: "keys", key: bytes(key), value: nil))
    #expect(Int(metadata.partition) == (hash & 0x7fff_ffff) % 97)
    await producer.close(deadline: .seconds(5))
  }

  @Test func headersKeepOrderRepeatsAndNull() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("headers", partitions: 1)
    let producer = try testProducer(cluster)
    let headers = [
      Header(name: "a", text: "1"), Header(name: "b", value: nil), Header(name: "a", text: "2"), Header(name: "c", value: []),
      Header(name: "bytes", value: [0, 255, 0]),
    ]
    let records = [
      ProducerRecord(topic: "headers", key: nil, value: nil, headers: headers),
      ProducerRecord(topic: "headers", key: [], value: [], timestamp: 1_700_000_000_123),
      ProducerRecord(topic: "headers", key: nil, value: []),
      ProducerRecord(topic: "headers", key: [], value: nil),
      ProducerRecord(topic: "headers", key: [0], value: [0, 1]),
    ]
    try await producer.send(contentsOf: records).throwIfFailed()
    let consumer = try testConsumer(cluster, group: nil)
    try await consumer.assign([TopicPartition(topic: "headers", partition: 0): .beginning])
    let read = try await poll(consumer) { $0.count >= records.count }
    #expect(read.map(\.key) == records.map(\.key))
    #expect(read.map(\.value) == records.map(\.value))
    #expect(read[0].headers == headers)
    #expect(read[1].headers == [])
    #expect(read[1].timestamp == 1_700_000_000_123)
    #expect(read[1].timestampType == .createTime)
    #expect(read.map(\.offset) == [0, 1, 2, 3, 4])
    await consumer.close(deadline: .seconds(5))
    await producer.close(deadline: .seconds(5))
  }

  @Test func manyRecordsKeepTheirOrderThroughAFullQueue() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("ordered", partitions: 1)
    let producer = try testProducer(cluster) { $0.queueRecords = 100 }
    var deliveries: [Delivery] = []
    var batch = RecordBatch()
    for start in stride(from: 0, to: 5000, by: 500) {
      batch.removeAll(keepingCapacity: true)
      for number in start..<(start + 500) { batch.append(ProducerRecord(topic: "ordered", value: bytes(String(number)))) }
      deliveries.append(try await producer.enqueue(batch))
      #expect(producer.outstandingRecords <= 500 + 100)
    }
    for delivery in deliveries {
      let report = await delivery.wait()
      #expect(report.delivered == 500)
    }
    let consumer = try testConsumer(cluster, group: nil)
    try await consumer.assign([TopicPartition(topic: "ordered", partition: 0): .beginning])
    let read = try await poll(consumer) { $0.count >= 5000 }
    #expect(read.map { String(decoding: $0.value ?? [], as: UTF8.self) } == (0..<5000).map(String.init))
    await consumer.close(deadline: .seconds(5))
    await producer.close(deadline: .seconds(5))
  }

  @Test func manySendersShareAFullQueue() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("shared", partitions: 4)
    let producer = try testProducer(cluster) { $0.queueRecords = 10 }
    let offsets = try await withThrowingTaskGroup(of: RecordMetadata.self) { group in
      for number in 0..<500 {
        group.addTask { try await producer.send(ProducerRecord(topic: "shared", key: bytes("\(number)"), value: bytes("x"))) }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert("\($1.topicPartition)@\($1.offset)") }
    }
    #expect(offsets.count == 500)
    await producer.close(deadline: .seconds(5))
  }

  @Test func aQueueThatStaysFullEndsTheWait() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("stuck", partitions: 1)
    let producer = try testProducer(cluster) {
      $0.queueRecords = 2
      $0.enqueueTimeout = .milliseconds(300)
    }
    _ = try await producer.send(ProducerRecord(topic: "stuck", value: nil))
    try cluster.setBrokerDown(1)
    var batch = RecordBatch()
    for _ in 0..<5 { batch.append(ProducerRecord(topic: "stuck", value: bytes("x"))) }
    let delivery = try await producer.enqueue(batch)
    // Two got in; now nothing does.
    await #expect(throws: KafkaError.self) { _ = try await producer.send(ProducerRecord(topic: "stuck", value: nil)) }
    let undelivered = await producer.close(deadline: .milliseconds(200))
    #expect(undelivered.records == 2)
    let report = await delivery.wait()
    #expect(report.failures.map(\.index) == [0, 1, 2, 3, 4])
    #expect(report.failures.last?.error.code == .queueFull)
    #expect(report.failures.last?.isPossiblyStored == false)
  }

  @Test func aCancelledSenderLeavesTheQueue() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("cancel", partitions: 1)
    let producer = try testProducer(cluster) { $0.queueRecords = 1 }
    _ = try await producer.send(ProducerRecord(topic: "cancel", value: nil))
    try cluster.setBrokerDown(1)
    var batch = RecordBatch()
    batch.append(ProducerRecord(topic: "cancel", value: nil))
    let stuck = try await producer.enqueue(batch)
    let waiting = Task { try await producer.send(ProducerRecord(topic: "cancel", value: nil)) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    await producer.close(deadline: .milliseconds(100))
    #expect(await stuck.wait().failures.count == 1)
  }

  @Test func retriableErrorsAreRetriedWithoutDuplicates() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("retry", partitions: 1)
    let producer = try testProducer(cluster) { $0.extra["retry.backoff.ms"] = "10" }
    cluster.injectErrors(.produce, [.notEnoughReplicas, .leaderNotAvailable, .requestTimedOut, .notLeaderForPartition, .transport])
    let report = try await producer.send(contentsOf: (0..<20).map { ProducerRecord(topic: "retry", value: bytes("\($0)")) })
    #expect(report.delivered == 20)
    let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: cluster.bootstrapServers), logger: testLogger)
    let partition = TopicPartition(topic: "retry", partition: 0)
    #expect(try await admin.watermarks(for: [partition]) == [partition: Watermarks(low: 0, high: 20)])
    await producer.close(deadline: .seconds(5))
  }

  @Test func permanentErrorsAreReportedForEachRecord() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("refused", partitions: 1)
    let producer = try testProducer(cluster) {
      $0.idempotence = false
    }
    cluster.injectErrors(.produce, [.policyViolation])
    let refused = await #expect(throws: KafkaError.self) {
      _ = try await producer.send(ProducerRecord(topic: "refused", value: bytes("a")))
    }
    #expect(refused?.code == .policyViolation)
    let records = [
      ProducerRecord(topic: "refused", value: bytes("a")), ProducerRecord(topic: "refused", partition: 7, value: bytes("b")),
      ProducerRecord(topic: "refused", value: [UInt8](repeating: 0, count: 1_000_001)), ProducerRecord(topic: "refused", value: bytes("c")),
    ]
    let report = try await producer.send(contentsOf: records)
    #expect(report.delivered == 2)
    #expect(report.failures.map(\.index) == [1, 2])
    #expect(report.failures.map(\.error.code) == [.unknownPartition, .messageSizeTooLarge])
    #expect(report.failures.allSatisfy { !$0.error.isRetriable })
    #expect(throws: KafkaError.self) { try report.throwIfFailed() }
    await producer.close(deadline: .seconds(5))
  }

  @Test func followsALeaderThatMoves() async throws {
    let cluster = try MockCluster(brokers: 2)
    try cluster.createTopic("moving", partitions: 1, replicationFactor: 2)
    let partition = TopicPartition(topic: "moving", partition: 0)
    try cluster.setLeader(of: partition, broker: 1)
    let producer = try testProducer(cluster)
    _ = try await producer.send(ProducerRecord(topic: "moving", value: bytes("a")))
    try cluster.setLeader(of: partition, broker: 2)
    #expect(try await producer.send(ProducerRecord(topic: "moving", value: bytes("b"))).offset == 1)
    await producer.close(deadline: .seconds(5))
  }

  @Test func survivesABrokerThatGoesAndComesBack() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("outage", partitions: 1)
    let producer = try testProducer(cluster)
    _ = try await producer.send(ProducerRecord(topic: "outage", value: nil))
    try cluster.setBrokerDown(1)
    var batch = RecordBatch()
    for number in 0..<10 { batch.append(ProducerRecord(topic: "outage", value: bytes("\(number)"))) }
    let delivery = try await producer.enqueue(batch)
    let early = await producer.flush(deadline: .milliseconds(200))
    #expect(early.records == 10)
    #expect(!delivery.isComplete)
    try cluster.setBrokerUp(1)
    #expect(await delivery.wait().delivered == 10)
    #expect(await producer.flush(deadline: .seconds(5)).isEmpty)
    await producer.close(deadline: .seconds(5))
  }

  @Test func closeReportsWhatWasNotDelivered() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("lost", partitions: 2)
    let producer = try testProducer(cluster)
    _ = try await producer.send(ProducerRecord(topic: "lost", value: nil))
    try cluster.setBrokerDown(1)
    var batch = RecordBatch()
    for number in 0..<10 { batch.append(ProducerRecord(topic: "lost", partition: Int32(number % 2), value: bytes("\(number)"))) }
    let delivery = try await producer.enqueue(batch)
    let clock = ContinuousClock.now
    let report = await producer.close(deadline: .milliseconds(300))
    #expect(ContinuousClock.now - clock < .seconds(5))
    #expect(report.records == 10)
    #expect(report.byPartition == [TopicPartition(topic: "lost", partition: 0): 5, TopicPartition(topic: "lost", partition: 1): 5])
    #expect(await delivery.wait().failures.count == 10)
    #expect(await producer.close(deadline: .seconds(1)).isEmpty)
    await #expect(throws: KafkaError.self) { _ = try await producer.send(ProducerRecord(topic: "lost", value: nil)) }
  }
}
