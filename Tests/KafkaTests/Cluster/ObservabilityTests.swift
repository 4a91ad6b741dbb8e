import Kafka
import Logging
import Testing

@Suite(.timeLimit(.minutes(1))) struct ObservabilityTests {
  @Test func statisticsOfARealClientAreUnderstood() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.topic("stats")
      let (logger, lines) = streamingLogger()
      let consumer = try Consumer(
        configuration: ConsumerConfiguration(
          bootstrapServers: cluster.bootstrapServers, groupID: cluster.group("stats"), statisticsInterval: .milliseconds(100)),
        logger: logger)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      var recorded = 0
      for await line in lines {
        #expect(!line.message.contains("could not be read"), "\(line.message)")
        if line.message == "statistics recorded" { recorded += 1 }
        if recorded == 3 { break }
        _ = try await consumer.nextBatch(maxWait: .milliseconds(10))
      }
      await consumer.close(deadline: .seconds(5))
    }
  }

  @Test func logLinesOfLibrdkafkaReachTheLogger() async throws {
    let (logger, lines) = streamingLogger()
    let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: "127.0.0.1:1"), logger: logger)
    for await line in lines where line.level == .error && line.message.contains("Connect to") { break }
    await producer.close(deadline: .zero)
  }
}
