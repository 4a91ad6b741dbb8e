import Kafka
import Testing

/// The mock has no admin requests: what counts is that each call ends soon with a typed error.
@Suite(.timeLimit(.minutes(2))) struct AdminOnMockTests {
  private func admin(_ servers: String) throws -> Admin {
    try Admin(configuration: AdminConfiguration(bootstrapServers: servers, timeout: .seconds(3)), logger: testLogger)
  }

  @Test func metadataIsThere() async throws {
    let cluster = try MockCluster(brokers: 3)
    try cluster.createTopic("described", partitions: 2, replicationFactor: 3)
    let admin = try admin(cluster.bootstrapServers)
    let description = try await admin.describeCluster()
    #expect(description.brokers.map(\.id) == [1, 2, 3])
    let topic = try #require(try await admin.describeTopics(["described"]).first)
    #expect(topic.partitions.map(\.id) == [0, 1])
    #expect(topic.partitions.allSatisfy { $0.replicas.count == 3 && $0.leader != nil })
    #expect(try await admin.describeTopics().map(\.name) == ["described"])
  }

  @Test func callsThatTheBrokerLacksFailSoon() async throws {
    let cluster = try MockCluster(brokers: 1)
    try cluster.createTopic("t", partitions: 1)
    let admin = try admin(cluster.bootstrapServers)
    let start = ContinuousClock.now
    await #expect(throws: KafkaError.self) { _ = try await admin.createTopics([NewTopic("new", partitions: 1)]) }
    await #expect(throws: KafkaError.self) { try await admin.createPartitions(topic: "t", total: 2) }
    await #expect(throws: KafkaError.self) { _ = try await admin.deleteTopics(["t"]) }
    await #expect(throws: KafkaError.self) { _ = try await admin.listGroups() }
    await #expect(throws: KafkaError.self) { _ = try await admin.describeConfiguration(of: .topic("t")) }
    #expect(ContinuousClock.now - start < .seconds(40))
  }

  @Test func anUnreachableClusterIsATimeout() async throws {
    let admin = try admin("127.0.0.1:1")
    let error = await #expect(throws: KafkaError.self) { _ = try await admin.createTopics([NewTopic("new", partitions: 1)]) }
    #expect(error?.isRetriable == true)
    await #expect(throws: KafkaError.self) { _ = try await admin.describeTopics() }
  }

  @Test func namesThatCannotBeAreRefusedAtOnce() async throws {
    let admin = try admin("127.0.0.1:1")
    let error = await #expect(throws: KafkaError.self) { _ = try await admin.createTopics([NewTopic("", partitions: 1)]) }
    #expect(error?.code == .invalidArgument)
  }
}
