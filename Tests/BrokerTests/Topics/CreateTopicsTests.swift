import Testing

@testable import Broker

@Suite struct CreateTopicsTests {
  typealias Topic = CreateTopicsRequest.CreatableTopic
  typealias Assignment = Topic.CreatableReplicaAssignment

  let fixture = CatalogueFixture {
    $0.numPartitions = 3
    $0.maxPartitions = 10
  }

  func create(_ topics: Topic..., validateOnly: Bool = false) throws -> [CreateTopicsResponse.CreatableTopicResult] {
    var response: CreateTopicsResponse?
    try fixture.requests.handle(CreateTopicsRequest(topics: topics, validateOnly: validateOnly), fixture.context(7)) { response = $0 }
    return try #require(response).topics
  }

  func topic(_ name: String, _ partitions: Int32 = 1, factor: Int16 = 1, configs: [String: String?] = [:]) -> Topic {
    Topic(
      name: name, numPartitions: partitions, replicationFactor: factor,
      configs: configs.map { Topic.CreatableTopicConfig(name: $0, value: $1) })
  }

  func assigned(_ name: String, _ assignments: [Assignment], partitions: Int32 = -1, factor: Int16 = -1) -> Topic {
    Topic(name: name, numPartitions: partitions, replicationFactor: factor, assignments: assignments)
  }

  @Test("a created topic is there at once and its configurations are shown")
  func created() throws {
    let result = try #require(try create(topic("orders", 2, configs: ["retention.ms": "5"])).first)
    #expect(result.errorCode == .none)
    #expect(result.errorMessage == nil)
    #expect(result.numPartitions == 2)
    #expect(result.replicationFactor == 1)
    #expect(result.topicID == (try fixture.catalogue.id(of: "orders")))
    #expect(try fixture.catalogue.log("orders", 1)?.configuration.retentionMillis == 5)
    let configs = try #require(result.configs)
    #expect(configs.count == TopicConfigurationKey.all.count)
    let retention = configs.first { $0.name == "retention.ms" }
    #expect(retention == .init(name: "retention.ms", value: "5", readOnly: false, configSource: 1, isSensitive: false))
    #expect(configs.first { $0.name == "segment.bytes" }?.configSource == 5)
  }

  @Test("-1 stands for the broker's defaults")
  func defaults() throws {
    #expect(try create(topic("orders", -1, factor: -1)).map(\.numPartitions) == [3])
  }

  @Test("a request that only validates answers the same and creates nothing")
  func validateOnly() throws {
    let results = try create(topic("orders"), topic("bad name"), validateOnly: true)
    #expect(results.map(\.errorCode) == [.none, .invalidTopic])
    #expect(try fixture.catalogue.topics.isEmpty)
    #expect(try fixture.names().isEmpty)
  }

  @Test("topics of one request succeed and fail on their own")
  func mixed() throws {
    try fixture.create("there")
    let results = try create(topic("there"), topic("twice"), topic("new"), topic("twice"))
    #expect(results.map(\.name) == ["there", "new", "twice"])
    #expect(results.map(\.errorCode) == [.topicAlreadyExists, .none, .invalidRequest])
    #expect(results.map(\.errorMessage) == ["Topic 'there' already exists.", nil, "Duplicate topic name."])
  }

  @Test("shapes that this broker cannot give are refused")
  func shapes() throws {
    let results = try create(
      topic("a", 0), topic("b", -2), topic("c", factor: 0), topic("d", factor: 2), topic("e", configs: ["no.such": "1"]),
      topic("f", configs: ["retention.ms": nil]), topic("g", configs: ["compression.type": "zstd"]), topic(TopicName.consumerOffsets))
    #expect(
      results.map(\.errorCode) == [
        .invalidPartitions, .invalidPartitions, .invalidReplicationFactor, .invalidReplicationFactor, .invalidConfig, .invalidConfig,
        .invalidConfig, .invalidRequest,
      ])
    #expect(results.allSatisfy { $0.errorMessage?.isEmpty == false && $0.numPartitions == -1 })
    #expect(try fixture.catalogue.topics.isEmpty)
  }

  @Test("a name that differs from an existing one in dots and underscores only is refused")
  func collision() throws {
    try fixture.create("a.b")
    let result = try #require(try create(topic("a_b")).first)
    #expect(result.errorCode == .invalidTopic)
    #expect(result.errorMessage == "Topic 'a_b' collides with existing topic: a.b")
  }

  @Test("partitions may be assigned by hand, to this broker")
  func assignments() throws {
    let node: [Int32] = [1]
    let results = try create(
      assigned("a", [.init(partitionIndex: 1, brokerIDs: node), .init(partitionIndex: 0, brokerIDs: node)]),
      assigned("b", [.init(partitionIndex: 0, brokerIDs: node), .init(partitionIndex: 0, brokerIDs: node)]),
      assigned("c", [.init(partitionIndex: 1, brokerIDs: node)]), assigned("d", [.init(partitionIndex: 0, brokerIDs: [2])]),
      assigned("e", [.init(partitionIndex: 0, brokerIDs: [])]), assigned("f", [.init(partitionIndex: 0, brokerIDs: [1, 1])]),
      assigned("g", [.init(partitionIndex: 0, brokerIDs: node)], partitions: 1),
      assigned("h", [.init(partitionIndex: 0, brokerIDs: node)], factor: 1))
    #expect(
      results.map(\.errorCode) == [
        .none, .invalidReplicaAssignment, .invalidReplicaAssignment, .invalidReplicaAssignment, .invalidReplicaAssignment,
        .invalidReplicaAssignment, .invalidRequest, .invalidRequest,
      ])
    #expect(try fixture.catalogue.partitionCount(of: "a") == 2)
  }

  @Test("the limit on partitions counts what exists and what the request creates")
  func limit() throws {
    try fixture.create("there", partitions: 4)
    let results = try create(topic("a", 6), topic("b", 1), topic("c", .max))
    #expect(results.map(\.errorCode) == [.none, .policyViolation, .policyViolation])
    #expect(results[1].errorMessage?.contains("limit of 10 (10 exist)") == true)
    #expect(try fixture.catalogue.partitionCount == 10)
  }

  @Test("a failing disk fails the request and leaves nothing behind")
  func fullDisk() throws {
    _ = try fixture.catalogue
    fixture.fillDisk()
    let results = try create(topic("a"), topic("b c"))
    #expect(results.map(\.errorCode) == [.kafkaStorageError, .invalidTopic])
    #expect(try fixture.names().isEmpty)
  }
}
