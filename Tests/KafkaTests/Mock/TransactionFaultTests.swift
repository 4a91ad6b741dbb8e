import Kafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct TransactionFaultTests {
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
