import Testing

@testable import Broker

@Suite struct MetadataRequestTests {
  let fixture = CatalogueFixture {
    $0.nodeID = 7
    $0.advertisedHost = "broker"
    $0.advertisedPort = 1234
    $0.numPartitions = 2
  }

  func ask(_ topics: [MetadataRequest.MetadataRequestTopic]?, version: Int16 = 13, create: Bool = true) throws -> MetadataResponse {
    var request = MetadataRequest()
    request.topics = topics
    request.allowAutoTopicCreation = create
    var response: MetadataResponse?
    try fixture.requests.handle(request, fixture.context(version)) { response = $0 }
    return try #require(response)
  }

  func named(_ names: String...) -> [MetadataRequest.MetadataRequestTopic] { names.map { .init(name: $0) } }

  @Test("shows the broker, the cluster and a topic's partitions, all led by the one node")
  func shape() throws {
    try fixture.create("orders", partitions: 2)
    let response = try ask(named("orders"))
    #expect(response.brokers == [.init(nodeID: 7, host: "broker", port: 1234, rack: nil)])
    #expect(response.controllerID == 7)
    #expect(response.clusterID == (try fixture.catalogue.clusterID))
    #expect(response.clusterAuthorizedOperations == .min)
    let topic = try #require(response.topics.first)
    #expect(topic.topicID == (try fixture.catalogue.id(of: "orders")))
    #expect(topic.topicAuthorizedOperations == .min)
    #expect(topic.partitions.map(\.partitionIndex) == [0, 1])
    #expect(
      topic.partitions.allSatisfy {
        $0.leaderID == 7 && $0.leaderEpoch == 0 && $0.replicaNodes == [7] && $0.isrNodes == [7] && $0.offlineReplicas.isEmpty
      })
  }

  @Test("no list means all topics, an empty one none; version 0 has an empty list for all")
  func lists() throws {
    try fixture.create("a")
    try fixture.create("b")
    #expect(try ask(nil).topics.map(\.name) == ["a", "b"])
    #expect(try ask([]).topics.isEmpty)
    #expect(try ask([], version: 0).topics.map(\.name) == ["a", "b"])
    #expect(try ask([], version: 1).topics.isEmpty)
  }

  @Test("an unknown topic is created if client and broker want it")
  func creation() throws {
    #expect(try ask(named("a"), create: false).topics.map(\.errorCode) == [.unknownTopicOrPartition])
    #expect(try fixture.catalogue.topics.isEmpty)
    let created = try #require(try ask(named("a", "a")).topics.first)
    #expect(created.errorCode == .none)
    #expect(created.partitions.count == 2)
    try fixture.catalogue.configuration.settings.autoCreateTopics = false
    #expect(try ask(named("b")).topics.map(\.errorCode) == [.unknownTopicOrPartition])
  }

  @Test("many unknown topics are created together, up to the limit on partitions")
  func manyCreations() throws {
    try fixture.catalogue.configuration.settings.maxPartitions = 4
    let topics = try ask(named("a", "b", "c", "d e")).topics
    #expect(topics.map(\.errorCode) == [.none, .none, .policyViolation, .invalidTopic])
    #expect(topics.map(\.partitions.count) == [2, 2, 0, 0])
  }

  @Test("names that cannot be are refused", arguments: ["", ".", "a b", "a/b", "ä", String(repeating: "x", count: 250)])
  func invalidNames(name: String) throws {
    #expect(try ask(named(name)).topics.map(\.errorCode) == [.invalidTopic])
    #expect(try ask(named(name), create: false).topics.map(\.errorCode) == [.invalidTopic])
  }

  @Test("an internal topic is created as the broker itself creates it")
  func internalTopic() throws {
    let topic = try #require(try ask(named(TopicName.consumerOffsets)).topics.first)
    #expect(topic.isInternal)
    #expect(topic.partitions.count == 1)
    #expect(try fixture.catalogue.log(TopicName.consumerOffsets, 0)?.configuration.cleanupCompact == true)
  }

  @Test("topics are found by id from version 12 on, before it a request with one is refused")
  func ids() throws {
    try fixture.create("orders")
    let id = try #require(try fixture.catalogue.id(of: "orders"))
    let unknown = KafkaUUID.random()
    let topics = try ask([.init(topicID: id, name: nil), .init(topicID: unknown, name: nil)], version: 12).topics
    #expect(topics.map(\.name) == ["orders", nil])
    #expect(topics.map(\.errorCode) == [.none, .unknownTopicID])
    #expect(topics.map(\.topicID) == [id, unknown])
    #expect(try ask([.init(topicID: id, name: nil)], version: 11).topics.map(\.errorCode) == [.invalidRequest])
    #expect(try ask([.init(name: nil)], version: 10).topics.map(\.name) == [""])
  }

  @Test("authorized operations are shown when asked for: all of them")
  func operations() throws {
    try fixture.create("orders")
    var request = MetadataRequest()
    request.topics = nil
    request.includeClusterAuthorizedOperations = true
    request.includeTopicAuthorizedOperations = true
    var response: MetadataResponse?
    try fixture.requests.handle(request, fixture.context(10)) { response = $0 }
    #expect(response?.clusterAuthorizedOperations == 8096)
    #expect(response?.topics.map(\.topicAuthorizedOperations) == [3576])
  }

  @Test("DescribeCluster shows the same broker, and refuses to be a controller")
  func describeCluster() throws {
    func ask(_ request: DescribeClusterRequest, version: Int16 = 2) throws -> DescribeClusterResponse {
      var response: DescribeClusterResponse?
      try fixture.requests.handle(request, fixture.context(version)) { response = $0 }
      return try #require(response)
    }
    let response = try ask(DescribeClusterRequest())
    #expect(response.errorCode == .none)
    #expect(response.clusterID == (try fixture.catalogue.clusterID))
    #expect(response.controllerID == 7)
    #expect(response.brokers == [.init(brokerID: 7, host: "broker", port: 1234, rack: nil, isFenced: false)])
    #expect(response.clusterAuthorizedOperations == .min)
    #expect(try ask(.init(includeClusterAuthorizedOperations: true)).clusterAuthorizedOperations == 8096)
    #expect(try ask(.init(endpointType: 2)).errorCode == .mismatchedEndpointType)
    #expect(try ask(.init(endpointType: 3)).errorCode == .unsupportedEndpointType)
    #expect(try ask(.init(endpointType: 2), version: 0).errorCode == .invalidRequest)
  }
}
