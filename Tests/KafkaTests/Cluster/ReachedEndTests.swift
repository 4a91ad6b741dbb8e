import Kafka
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ReachedEndTests {
  /// Polls until the end of the partition was told.
  private func end(of partition: TopicPartition, _ consumer: Consumer) async throws -> Int64 {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      _ = try #require(try await consumer.nextBatch(maxWait: .milliseconds(50)))
      if let end = consumer.takeReachedEnds()[partition] { return end }
    }
    throw NotInTime(what: "the end of \(partition)", limit: .seconds(20))
  }

  @Test func theEndIsBehindTheMarkersOfTransactions() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("ends")
      let partition = TopicPartition(topic: topic, partition: 0)
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([partition: .beginning])
      #expect(try await end(of: partition, consumer) == 0)

      let producer = try testProducer(cluster) { $0.transactionalID = uniqueName("ends") }
      try await producer.initTransactions(timeout: .seconds(20))
      try await producer.beginTransaction()
      _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("a")))
      try await producer.commitTransaction()
      // One record, one marker.
      #expect(try await end(of: partition, consumer) == 2)

      try await producer.beginTransaction()
      for text in ["b", "c"] { _ = try await producer.send(ProducerRecord(topic: topic, value: bytes(text))) }
      try await producer.abortTransaction()
      #expect(try await end(of: partition, consumer) == 5)
      #expect(consumer.takeReachedEnds().isEmpty)
      await producer.close(deadline: .seconds(5))
      await consumer.close(deadline: .seconds(5))
    }
  }
}
