import Kafka
import TestSupport
import Testing

@testable import Syncer

@Suite(.timeLimit(.minutes(2))) struct LagOfTransactionsTests {
  /// The last offset of each partition is a marker, which nobody applies: without a look at where fetching has ended, there would be one
  /// record of lag for ever.
  @Test func whoHasAppliedTheRecordsOfATransactionIsCaughtUp() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let engine = try installation.engine(pool: pool)
      try await installation.run(engine) {
        var configuration = ProducerConfiguration(bootstrapServers: installation.kafka)
        configuration.transactionalID = uniqueName("markers")
        let producer = try Producer(configuration: configuration, logger: testLogger("producer"))
        try await producer.initTransactions(timeout: .seconds(20))
        try await producer.beginTransaction()
        for number in 0..<40 {
          let record = ProducerRecord(topic: installation.topic, key: Array("\(number)".utf8), value: Records.envelope(number))
          _ = try await producer.send(record)
        }
        try await producer.commitTransaction()
        await producer.close(deadline: .seconds(5))
        try await installation.expectCounted(40)
        try await eventually("no lag") {
          let lag = engine.status.lag
          let ends = lag.reduce(0) { $0 + $1.highWatermark }
          let positions = lag.reduce(0) { $0 + $1.position }
          return ends == 40 + Int64(Installation.partitions) && positions == 40 && lag.allSatisfy { $0.records == 0 && $0.seconds == 0 }
        }
        #expect(engine.status.groupLag().sumLag == 0)
        #expect(engine.status.groupLag().status == .ok)
      }
      await pool.close()
    }
  }
}
