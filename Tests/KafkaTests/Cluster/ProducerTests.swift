import Kafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProducerTests {
  @Test func sendReturnsWhereTheRecordStands() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("one", partitions: 3)
      let producer = try testProducer(cluster)
      let first = try await producer.send(ProducerRecord(topic: topic, partition: 2, value: bytes("a")))
      let second = try await producer.send(ProducerRecord(topic: topic, partition: 2, value: bytes("b")))
      #expect(first.topicPartition == TopicPartition(topic: topic, partition: 2))
      #expect(first.offset == 0)
      #expect(second.offset == 1)
      #expect(await producer.close(deadline: .seconds(5)).isEmpty)
    }
  }

  /// Vectors of the Java client's `UtilsTest.testMurmur2`; its partitioner takes the hash without its sign, modulo the partitions.
  @Test func keysGoWhereTheJavaClientSendsThem() async throws {
    let vectors = [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
      ("abc", 479_470_107),
    ]
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("keys", partitions: 97)
      let producer = try testProducer(cluster)
      for (key, hash) in vectors {
        let metadata = try await producer.send(ProducerRecord(topic: topic, key: bytes(key), value: nil))
        #expect(Int(metadata.partition) == (hash & 0x7fff_ffff) % 97, "\(key)")
      }
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func headersKeepOrderRepeatsAndNull() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("headers", partitions: 1)
      let producer = try testProducer(cluster)
      let headers = [
        Header(name: "a", text: "1"), Header(name: "b", value: nil), Header(name: "a", text: "2"), Header(name: "c", value: []),
        Header(name: "bytes", value: [0, 255, 0]),
      ]
      let records = [
        ProducerRecord(topic: topic, key: nil, value: nil, headers: headers),
        ProducerRecord(topic: topic, key: [], value: [], timestamp: 1_700_000_000_123),
        ProducerRecord(topic: topic, key: nil, value: []),
        ProducerRecord(topic: topic, key: [], value: nil),
        ProducerRecord(topic: topic, key: [0], value: [0, 1]),
      ]
      try await producer.send(contentsOf: records).throwIfFailed()
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([TopicPartition(topic: topic, partition: 0): .beginning])
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
  }

  @Test func manyRecordsKeepTheirOrderThroughAFullQueue() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("ordered", partitions: 1)
      let producer = try testProducer(cluster) { $0.queueRecords = 100 }
      var deliveries: [Delivery] = []
      var batch = RecordBatch()
      for start in stride(from: 0, to: 5000, by: 500) {
        batch.removeAll(keepingCapacity: true)
        for number in start..<(start + 500) { batch.append(ProducerRecord(topic: topic, value: bytes(String(number)))) }
        deliveries.append(try await producer.enqueue(batch))
        #expect(producer.outstandingRecords <= 500 + 100)
      }
      for delivery in deliveries {
        let report = await delivery.wait()
        #expect(report.delivered == 500)
      }
      let consumer = try testConsumer(cluster, group: nil)
      try await consumer.assign([TopicPartition(topic: topic, partition: 0): .beginning])
      let read = try await poll(consumer) { $0.count >= 5000 }
      #expect(read.map { String(decoding: $0.value ?? [], as: UTF8.self) } == (0..<5000).map(String.init))
      await consumer.close(deadline: .seconds(5))
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func manySendersShareAFullQueue() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("shared", partitions: 4)
      let producer = try testProducer(cluster) { $0.queueRecords = 10 }
      let offsets = try await withThrowingTaskGroup(of: RecordMetadata.self) { group in
        for number in 0..<500 {
          group.addTask { try await producer.send(ProducerRecord(topic: topic, key: bytes("\(number)"), value: bytes("x"))) }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert("\($1.topicPartition)@\($1.offset)") }
      }
      #expect(offsets.count == 500)
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func permanentErrorsAreReportedForEachRecord() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("refused")
      let producer = try testProducer(cluster)
      let records = [
        ProducerRecord(topic: topic, value: bytes("a")), ProducerRecord(topic: topic, partition: 7, value: bytes("b")),
        ProducerRecord(topic: topic, value: [UInt8](repeating: 0, count: 1_000_001)), ProducerRecord(topic: topic, value: bytes("c")),
      ]
      let report = try await producer.send(contentsOf: records)
      #expect(report.delivered == 2)
      #expect(report.failures.map(\.index) == [1, 2])
      #expect(report.failures.map(\.error.code) == [.unknownPartition, .messageSizeTooLarge])
      #expect(report.failures.allSatisfy { !$0.error.isRetriable })
      #expect(throws: KafkaError.self) { try report.throwIfFailed() }
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func theTopicsOwnLimitIsTheBrokersToRefuse() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("small", configuration: ["max.message.bytes": "1000"])
      let producer = try testProducer(cluster)
      _ = try await producer.send(ProducerRecord(topic: topic, value: [UInt8](repeating: 1, count: 500)))
      let error = await #expect(throws: KafkaError.self) {
        _ = try await producer.send(ProducerRecord(topic: topic, value: [UInt8](repeating: 1, count: 2000)))
      }
      #expect(error?.code == .messageSizeTooLarge)
      await producer.close(deadline: .seconds(5))
      let partition = TopicPartition(topic: topic, partition: 0)
      #expect(try await cluster.admin.watermarks(for: [partition])[partition]?.high == 1)
    }
  }

  @Test func aCompactedTopicRefusesRecordsWithoutKey() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("compacted", configuration: ["cleanup.policy": "compact"])
      let producer = try testProducer(cluster) { $0.idempotence = false }
      _ = try await producer.send(ProducerRecord(topic: topic, key: bytes("k"), value: nil))
      let error = await #expect(throws: KafkaError.self) { _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("x"))) }
      #expect(error?.code == .invalidRecord)
      await producer.close(deadline: .seconds(5))
    }
  }

  @Test func theBrokersClockStampsWhereTheTopicSaysSo() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("stamped", configuration: ["message.timestamp.type": "LogAppendTime"])
      let producer = try testProducer(cluster)
      _ = try await producer.send(ProducerRecord(topic: topic, value: bytes("x"), timestamp: 1_700_000_000_000))
      await producer.close(deadline: .seconds(5))
      let record = try #require(try await cluster.read(topic, atLeast: 1).first)
      #expect(record.timestampType == .logAppendTime)
      #expect(record.timestamp > 1_700_000_000_000)
    }
  }

  @Test(arguments: [ProducerConfiguration.Compression.none, .gzip, .snappy, .lz4, .zstd])
  func compressedBatchesComeBackWhole(_ compression: ProducerConfiguration.Compression) async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic(compression.rawValue)
      let producer = try testProducer(cluster) {
        $0.compression = compression
        $0.linger = .milliseconds(50)
      }
      let records = (0..<500).map {
        ProducerRecord(
          topic: topic, key: bytes("key \($0)"), value: bytes(String(repeating: "value \($0) ", count: 20)),
          headers: [Header(name: "number", text: "\($0)")])
      }
      try await producer.send(contentsOf: records).throwIfFailed()
      await producer.close(deadline: .seconds(5))
      let read = try await cluster.read(topic, atLeast: 500)
      #expect(read.map(\.key) == records.map(\.key))
      #expect(read.map(\.value) == records.map(\.value))
      #expect(read.map(\.headers) == records.map(\.headers))
    }
  }

  /// Many small batches, several of them under way to each partition at once.
  @Test func anIdempotentProducerWritesEachRecordOnceAndInOrder() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("once", partitions: 3)
      let producers = try (0..<3).map { _ in
        try testProducer(cluster) {
          $0.batchRecords = 7
          $0.linger = .zero
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (writer, producer) in producers.enumerated() {
          group.addTask {
            let records = (0..<2000).map {
              ProducerRecord(topic: topic, partition: Int32($0 % 3), key: bytes("\(writer)"), value: bytes("\($0)"))
            }
            try await producer.send(contentsOf: records).throwIfFailed()
          }
        }
        try await group.waitForAll()
      }
      for producer in producers { await producer.close(deadline: .seconds(5)) }
      let consumer = try testConsumer(cluster, group: nil)
      let partitions = (0..<3).map { TopicPartition(topic: topic, partition: Int32($0)) }
      try await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
      let read = try await poll(consumer) { $0.count >= 6000 }
      #expect(read.count == 6000)
      for writer in 0..<3 {
        for partition in 0..<3 {
          let own = read.filter { $0.key == bytes("\(writer)") && $0.partition == Int32(partition) }
          let numbers = own.compactMap { $0.value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
          #expect(numbers == Array(stride(from: partition, to: 2000, by: 3)))
        }
      }
      #expect(try await consumer.watermarks(for: partitions).values.reduce(0) { $0 + $1.high } == 6000)
      await consumer.close(deadline: .seconds(5))
    }
  }
}
