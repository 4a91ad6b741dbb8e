import TestSupport
import Testing

@testable import Kafka

@Suite(.timeLimit(.minutes(2))) struct ConsumerFaultTests {
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

  @Test(.enabled(if: ClientHandle.mayAbort, "this librdkafka has it mended"))
  func aConsumerThatIsClosedBetweenItsFirstJoinAndItsFirstAssignmentDoesNotEndTheProcess() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("joining", partitions: 1)
    cluster.injectErrors(.syncGroup, Array(repeating: .rebalanceInProgress, count: 100_000))
    let before = ClientContext.leftBehind.load(ordering: .relaxed)
    try await {
      let consumer = try testConsumer(cluster, group: "joining")
      try await consumer.subscribe(["joining"], rebalance: CommittedOffsets())
      try await eventually("the JoinGroup to be answered") { consumer.handle.rebalanceProtocol == "COOPERATIVE" }
      await consumer.close(deadline: .seconds(10))
    }()
    try await eventually("the client to be ended") { ClientContext.leftBehind.load(ordering: .relaxed) > before }
  }
}
