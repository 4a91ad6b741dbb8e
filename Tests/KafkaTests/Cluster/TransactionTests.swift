import Kafka
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct TransactionTests {
  private func transactional(_ cluster: RealCluster, _ id: String, timeout: Duration? = nil) async throws -> Producer {
    let producer = try testProducer(cluster) {
      $0.transactionalID = id
      if let timeout { $0.transactionTimeout = timeout }
    }
    try await producer.initTransactions(timeout: .seconds(20))
    return producer
  }

  private func values(_ records: [ConsumerRecord]) -> [String] {
    records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
  }

  @Test func whatWasAbortedIsSeenByThoseAloneWhoAskForIt() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("aborted")
      let producer = try await transactional(cluster, uniqueName("aborter"))
      for round in 0..<4 {
        try await producer.beginTransaction()
        for number in 0..<3 { _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("\(round).\(number)"))) }
        if round.isMultiple(of: 2) { try await producer.abortTransaction() } else { try await producer.commitTransaction() }
      }
      await producer.close(deadline: .seconds(5))
      let committed = try await cluster.read(topic, atLeast: 6)
      #expect(values(committed) == ["1.0", "1.1", "1.2", "3.0", "3.1", "3.2"])
      // Each transaction ends with a marker, which has an offset and is no record.
      #expect(committed.map(\.offset) == [4, 5, 6, 12, 13, 14])
      let all = try await cluster.read(topic, atLeast: 12, isolation: .readUncommitted)
      #expect(values(all) == (0..<4).flatMap { round in (0..<3).map { "\(round).\($0)" } })
    }
  }

  @Test func anOpenTransactionHoldsBackWhatComesAfterIt() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("open")
      let partition = TopicPartition(topic: topic, partition: 0)
      try await cluster.fill(topic, numbers: 0..<1)
      let producer = try await transactional(cluster, uniqueName("slow"))
      try await producer.beginTransaction()
      _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("in")))
      try await cluster.fill(topic, numbers: 1..<2)

      #expect(values(try await cluster.read(topic, atLeast: 3, isolation: .readUncommitted)) == ["0", "in", "1"])
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([partition: .beginning])
      #expect(values(try await poll(consumer) { $0.count == 1 }) == ["0"])
      #expect(try await consumer.nextBatch(maxWait: .milliseconds(500))?.isEmpty == true)
      // To a reader of committed records, the partition ends before the open transaction.
      #expect(try await consumer.watermarks(for: [partition])[partition] == Watermarks(low: 0, high: 1))

      try await producer.commitTransaction()
      #expect(values(try await poll(consumer) { $0.count == 2 }) == ["in", "1"])
      #expect(try await consumer.watermarks(for: [partition])[partition] == Watermarks(low: 0, high: 4))
      await consumer.close(deadline: .seconds(5))
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func recordsAndOffsetsAreCommittedTogether() async throws {
    try await RealCluster.with { cluster in
      let input = try await cluster.filledTopic("in", count: 6)
      let output = try await cluster.topic("out")
      let partition = TopicPartition(topic: input, partition: 0)
      let group = cluster.group("movers")
      let producer = try await transactional(cluster, uniqueName("mover"))
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([input], rebalance: CommittedOffsets())
      let read = try await poll(consumer) { $0.count == 6 }

      try await producer.beginTransaction()
      try await producer.send(contentsOf: read.prefix(3).map { ProducerRecord(topic: output, value: $0.value) }).throwIfFailed()
      try await producer.sendOffsets([partition: 3], group: consumer.groupMetadata())
      try await producer.commitTransaction()
      #expect(try await consumer.committed([partition]) == [partition: 3])

      try await producer.beginTransaction()
      try await producer.send(contentsOf: read.suffix(3).map { ProducerRecord(topic: output, value: $0.value) }).throwIfFailed()
      try await producer.sendOffsets([partition: 6], group: consumer.groupMetadata())
      try await producer.abortTransaction()
      #expect(try await consumer.committed([partition]) == [partition: 3])
      await consumer.close(deadline: .seconds(5))
      await producer.close(deadline: .seconds(5))

      #expect(values(try await cluster.read(output, atLeast: 3)) == ["0", "1", "2"])
      // Who comes next goes on behind what was committed.
      let next = try testConsumer(cluster, group: group)
      try await next.subscribe([input], rebalance: CommittedOffsets())
      #expect(values(try await poll(next) { $0.count >= 3 }) == ["3", "4", "5"])
      await next.close(deadline: .seconds(5))
    }
  }

  @Test func offsetsOfAMemberThatLeftAreRefused() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("left", count: 2)
      let partition = TopicPartition(topic: topic, partition: 0)
      let producer = try await transactional(cluster, uniqueName("left"))
      let consumer = try testConsumer(cluster, group: cluster.group("left"))
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      _ = try await poll(consumer) { $0.count == 2 }
      let member = try consumer.groupMetadata()
      await consumer.close(deadline: .seconds(5))

      try await producer.beginTransaction()
      let error = await #expect(throws: KafkaError.self) { try await producer.sendOffsets([partition: 2], group: member) }
      #expect(error?.isTransactionAbortable == true)
      #expect(error?.code.meansOwnershipLost == true)
      try await producer.abortTransaction()
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func abortsWhatFails() async throws {
    struct Refused: Error {}
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("failed")
      let producer = try await transactional(cluster, uniqueName("failing"))
      await #expect(throws: Refused.self) {
        try await producer.transaction { producer in
          _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("no")))
          throw Refused()
        }
      }
      // The producer can go on.
      try await producer.transaction { _ = try await $0.send(ProducerRecord(topic: topic, value: bytes("yes"))) }
      await producer.close(deadline: .seconds(5))
      #expect(values(try await cluster.read(topic, atLeast: 1)) == ["yes"])
    }
  }

  @Test func aZombieIsFencedAndWhatItLeftIsAborted() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("fence")
      let id = uniqueName("fence")
      let old = try await transactional(cluster, id)
      try await old.beginTransaction()
      _ = try await old.send(ProducerRecord(topic: topic, value: bytes("old")))
      let new = try await transactional(cluster, id)
      try await new.transaction { _ = try await $0.send(ProducerRecord(topic: topic, value: bytes("new"))) }

      let error = await #expect(throws: KafkaError.self) { try await old.commitTransaction(timeout: .seconds(10)) }
      #expect(error?.isFatal == true)
      #expect(error?.isRetriable == false)
      #expect(error?.code.meansFenced == true)
      // From here on nothing goes in any more.
      let late = await #expect(throws: KafkaError.self) { _ = try await old.send(ProducerRecord(topic: topic, value: nil)) }
      #expect(late?.isFatal == true)
      await old.close(deadline: .seconds(2))
      #expect(values(try await cluster.read(topic, atLeast: 1)) == ["new"])
      try await new.transaction { _ = try await $0.send(ProducerRecord(topic: topic, value: bytes("newer"))) }
      await new.close(deadline: .seconds(5))
      #expect(values(try await cluster.read(topic, atLeast: 2)) == ["new", "newer"])
    }
  }

  /// Nobody ends it; the coordinator looks every 10 s, as Kafka's does.
  @Test func aForgottenTransactionIsAborted() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("forgotten")
      let producer = try await transactional(cluster, uniqueName("forgetful"), timeout: .seconds(1))
      try await producer.beginTransaction()
      _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("lost")))
      try await cluster.fill(topic, numbers: 0..<1)
      #expect(values(try await cluster.read(topic, atLeast: 1)) == ["0"])
      let error = await #expect(throws: KafkaError.self) { try await producer.commitTransaction(timeout: .seconds(10)) }
      #expect(error?.isRetriable == false)
      await producer.close(deadline: .seconds(2))
    }
  }

  @Test func callsInTheWrongOrderAreErrors() async throws {
    try await RealCluster.with { cluster in
      let producer = try testProducer(cluster) { $0.transactionalID = uniqueName("hasty") }
      await #expect(throws: KafkaError.self) { try await producer.beginTransaction() }
      await producer.close(deadline: .seconds(1))
      let plain = try testProducer(cluster)
      await #expect(throws: KafkaError.self) { try await plain.initTransactions(timeout: .seconds(5)) }
      await plain.close(deadline: .seconds(1))
    }
  }
}
