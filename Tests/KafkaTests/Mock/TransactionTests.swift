import Kafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct TransactionTests {
  @Test func sendsRecordsAndOffsetsInOneTransaction() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("in", partitions: 1)
    try cluster.createTopic("out", partitions: 1)
    let producer = try testProducer(cluster) { $0.transactionalID = "mover" }
    try await producer.initTransactions(timeout: .seconds(10))
    try await producer.transaction { _ = try await $0.send(ProducerRecord(topic: "in", value: bytes("x"))) }

    let consumer = try testConsumer(cluster, group: "movers")
    try await consumer.subscribe(["in"], rebalance: CommittedOffsets())
    let read = try await poll(consumer) { !$0.isEmpty }
    try await producer.beginTransaction()
    try await producer.send(contentsOf: read.map { ProducerRecord(topic: "out", value: $0.value) }).throwIfFailed()
    let partition = TopicPartition(topic: "in", partition: 0)
    // The mock takes the offsets and does not keep them; what counts here is that the coordinator is asked and agrees.
    try await producer.sendOffsets([partition: 1], group: consumer.groupMetadata())
    try await producer.commitTransaction()
    await consumer.close(deadline: .seconds(5))
    await producer.close(deadline: .seconds(5))
  }

  @Test func abortsWhatFails() async throws {
    struct Refused: Error {}
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("aborted", partitions: 1)
    let producer = try testProducer(cluster) { $0.transactionalID = "aborter" }
    try await producer.initTransactions(timeout: .seconds(10))
    await #expect(throws: Refused.self) {
      try await producer.transaction { producer in
        _ = try await producer.send(ProducerRecord(topic: "aborted", value: nil))
        throw Refused()
      }
    }
    // The producer can go on.
    try await producer.transaction { _ = try await $0.send(ProducerRecord(topic: "aborted", value: nil)) }
    await producer.close(deadline: .seconds(5))
  }

  @Test func callsInTheWrongOrderAreErrors() async throws {
    let cluster = try MockCluster(brokers: 1)
    let producer = try testProducer(cluster) { $0.transactionalID = "hasty" }
    await #expect(throws: KafkaError.self) { try await producer.beginTransaction() }
    await producer.close(deadline: .seconds(1))
    let plain = try testProducer(cluster)
    await #expect(throws: KafkaError.self) { try await plain.initTransactions(timeout: .seconds(5)) }
    await plain.close(deadline: .seconds(1))
  }

  @Test func aFencedProducerIsToldSo() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("fence", partitions: 1)
    let producer = try testProducer(cluster) { $0.transactionalID = "old" }
    try await producer.initTransactions(timeout: .seconds(10))
    try await producer.beginTransaction()
    _ = try await producer.send(ProducerRecord(topic: "fence", value: nil))
    cluster.injectErrors(.endTransaction, [.producerFenced])
    let error = await #expect(throws: KafkaError.self) { try await producer.commitTransaction(timeout: .seconds(10)) }
    #expect(error?.isFatal == true)
    #expect(error?.isRetriable == false)
    #expect(error?.code.meansFenced == true)
    // From here on nothing goes in any more.
    let late = await #expect(throws: KafkaError.self) { _ = try await producer.send(ProducerRecord(topic: "fence", value: nil)) }
    #expect(late?.isFatal == true)
    await producer.close(deadline: .seconds(2))
  }

  @Test func anAbortableErrorSaysSo() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("abortable", partitions: 1)
    let producer = try testProducer(cluster) { $0.transactionalID = "abortable" }
    try await producer.initTransactions(timeout: .seconds(10))
    try await producer.beginTransaction()
    cluster.injectErrors(.addPartitionsToTransaction, [.topicAuthorizationFailed])
    _ = try? await producer.send(ProducerRecord(topic: "abortable", value: nil))
    let error = await #expect(throws: KafkaError.self) { try await producer.commitTransaction(timeout: .seconds(10)) }
    #expect(error?.isTransactionAbortable == true)
    try await producer.abortTransaction(timeout: .seconds(10))
    try await producer.transaction { _ = try await $0.send(ProducerRecord(topic: "abortable", value: nil)) }
    await producer.close(deadline: .seconds(5))
  }

  @Test func retriableErrorsOfTheCoordinatorAreRetried() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("coordinated", partitions: 1)
    let producer = try testProducer(cluster) { $0.transactionalID = "patient" }
    cluster.injectErrors(.initProducerID, [.coordinatorNotAvailable, .notCoordinator, .coordinatorLoadInProgress])
    try await producer.initTransactions(timeout: .seconds(20))
    try await producer.transaction { _ = try await $0.send(ProducerRecord(topic: "coordinated", value: nil)) }
    await producer.close(deadline: .seconds(5))
  }
}
