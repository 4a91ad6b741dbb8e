import Foundation
import Kafka
import Testing

private let servers = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"]

/// Against the cluster that `KAFKA_BOOTSTRAP_SERVERS` names; skipped without it.
@Suite(.enabled(if: servers != nil, "KAFKA_BOOTSTRAP_SERVERS is not set"), .timeLimit(.minutes(2))) struct AdminTests {
  private func admin() throws -> Admin {
    try Admin(configuration: AdminConfiguration(bootstrapServers: try #require(servers)), logger: testLogger)
  }

  private func unique(_ name: String) -> String { "sluice-test-\(name)-\(UInt64.random(in: 0..<UInt64.max))" }

  @Test func topicsComeGrowAndGo() async throws {
    let admin = try admin()
    let name = unique("topic")
    try await admin.createTopic(NewTopic(name, partitions: 2, replicationFactor: 1, configuration: ["cleanup.policy": "compact"]))
    #expect(try await admin.createTopics([NewTopic(name, partitions: 2)])[name]?.code == .topicAlreadyExists)
    try await admin.createPartitions(topic: name, total: 3)
    #expect(try await admin.describeTopics([name]).first?.partitions.count == 3)
    let entries = try await admin.describeConfiguration(of: .topic(name))
    #expect(entries.first { $0.name == "cleanup.policy" }?.value == "compact")
    try await admin.alterConfiguration(of: .topic(name), ["retention.ms": "3600000"])
    let altered = try await admin.describeConfiguration(of: .topic(name))
    #expect(altered.first { $0.name == "retention.ms" }?.value == "3600000")
    #expect(altered.first { $0.name == "cleanup.policy" }?.value == "compact")
    #expect(try await admin.deleteTopics([name]).isEmpty)
  }

  @Test func groupsAndTheirOffsets() async throws {
    let admin = try admin()
    let name = unique("groups")
    let group = unique("group")
    try await admin.createTopic(NewTopic(name, partitions: 1, replicationFactor: 1))
    let partition = TopicPartition(topic: name, partition: 0)
    let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: try #require(servers)), logger: testLogger)
    try await producer.send(contentsOf: (0..<10).map { ProducerRecord(topic: name, value: bytes("\($0)")) }).throwIfFailed()
    let consumer = try Consumer(
      configuration: ConsumerConfiguration(bootstrapServers: try #require(servers), groupID: group), logger: testLogger)
    try await consumer.subscribe([name], rebalance: CommittedOffsets())
    _ = try await poll(consumer) { $0.count == 10 }
    try await consumer.commit([partition: 10])
    #expect(try await admin.listGroups().contains { $0.id == group })
    let described = try #require(try await admin.describeGroups([group]).first)
    #expect(described.state == .stable)
    #expect(described.members.first?.partitions == [partition])
    await consumer.close(deadline: .seconds(10))
    #expect(try await admin.groupOffsets(group) == [partition: 10])
    #expect(try await admin.alterGroupOffsets(group, [partition: 4]).isEmpty)
    #expect(try await admin.groupOffsets(group, partitions: [partition]) == [partition: 4])
    #expect(try await admin.deleteGroupOffsets(group, [partition]).isEmpty)
    #expect(try await admin.deleteGroups([group]).isEmpty)
    let deleted = try await admin.deleteRecords(before: [partition: 5])
    #expect(deleted.low == [partition: 5])
    #expect(try await admin.watermarks(for: [partition])[partition] == Watermarks(low: 5, high: 10))
    #expect(try await admin.offsets(forTimes: [partition: 0])[partition] == 5)
    #expect(try await admin.deleteTopics([name]).isEmpty)
    await producer.close(deadline: .seconds(5))
  }
}
