import Kafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProducerFaultTests {
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

  @Test func aPermanentErrorIsNotTriedAgain() async throws {
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
    // The next one is not its business.
    _ = try await producer.send(ProducerRecord(topic: "refused", value: bytes("b")))
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
