import Kafka
import TestSupport
import Testing

@testable import Syncer

/// A topic with a backlog beside one without, with Kafka's protocol and a real PostgreSQL that is slow.
@Suite(.timeLimit(.minutes(2))) struct FairnessTests {
  @Test(arguments: [1, 2]) func aBacklogOfOneTopicDoesNotStandInTheWayOfAnother(lanes: Int) async throws {
    try await Installation.with { big in
      let small = Installation(kafka: big.kafka, topic: big.topic + ".small", group: big.group, database: big.database)
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: big.kafka), logger: testLogger("admin"))
      try await admin.createTopic(
        NewTopic(small.topic, partitions: Installation.partitions, configuration: ["retention.ms": "-1"]))
      let result: Result<Void, any Error>
      do { result = .success(try await overtake(big, small, lanes: lanes)) } catch { result = .failure(error) }
      _ = try? await admin.deleteTopics([small.topic])
      try result.get()
    }
  }

  private func overtake(_ big: Installation, _ small: Installation, lanes: Int) async throws {
    try await big.produce((0..<10_000).map { Records.envelope($0) })
    let pool = big.pool()
    var configuration = big.configuration()
    configuration.topics = [big.topic, small.topic]
    configuration.parallelism = 1
    configuration.lanes = lanes
    configuration.queueBytes = 256 << 10
    let slow = CountingHandler { _, transaction in try await transaction.execute("SELECT pg_sleep(0.02)") }
    let engine = try big.engine([slow], configuration, pool: pool)
    try await big.run(engine) {
      try await eventually(within: .seconds(30), "the backlog is worked on") { engine.status.counts.recordsApplied > 500 }
      try await small.produce((0..<20).map { Records.envelope($0) })
      try await eventually(within: .seconds(30), "the other topic is applied") {
        try await pool.query("SELECT FROM counted WHERE topic = \(small.topic)").count == 20
      }
      #expect(engine.status.counts.recordsApplied < 6000, "the backlog is still there")
    }
    await pool.close()
  }
}
