import NIOCore
import Testing

@testable import Broker

/// Every answer, good or bad, fits every version of its API.
@Suite struct ResponseVersionTests {
  let fixture = CatalogueFixture()

  func encode<R: BodyMessage>(_ answer: (RequestContext, (R) -> Void) -> Void) throws {
    for version in R.versions {
      var response: R?
      answer(fixture.context(version)) { response = $0 }
      var buffer = ByteBuffer()
      try FieldWriter.write(try #require(response), version: version, to: &buffer)
      _ = try FieldReader.body(R.self, from: buffer, version: version)
    }
  }

  @Test("Metadata")
  func metadata() throws {
    try fixture.create("a")
    let requests = try fixture.requests
    let id = try fixture.catalogue.id(of: "a") ?? .zero
    let lists: [[MetadataRequest.MetadataRequestTopic]?] = [
      nil, [], [.init(name: "a"), .init(name: "b c"), .init(name: "d")],
      [.init(topicID: id, name: nil), .init(topicID: .random(), name: nil)],
      [.init(name: nil)],
    ]
    for list in lists {
      try encode { context, reply in requests.handle(MetadataRequest(topics: list), context, reply: reply) }
    }
  }

  @Test("CreateTopics and CreatePartitions")
  func create() throws {
    let requests = try fixture.requests
    let topics = CreateTopicsRequest(
      topics: [.init(name: "a", numPartitions: 1, replicationFactor: 1), .init(name: "", numPartitions: 1)], validateOnly: true)
    try encode { context, reply in requests.handle(topics, context, reply: reply) }
    try fixture.create("a")
    let partitions = CreatePartitionsRequest(
      topics: [.init(name: "a", count: 2, assignments: nil), .init(name: "b", count: 2)], validateOnly: true)
    try encode { context, reply in requests.handle(partitions, context, reply: reply) }
  }

  @Test("DeleteTopics and DeleteRecords")
  func delete() throws {
    try fixture.create("a")
    let requests = try fixture.requests
    try encode { context, reply in requests.handle(DeleteTopicsRequest(topicNames: ["x", "y", "y"]), context, reply: reply) }
    let records = DeleteRecordsRequest(topics: [
      .init(name: "a", partitions: [.init(partitionIndex: 0, offset: 0), .init(partitionIndex: 1, offset: 0)])
    ])
    try encode { context, reply in requests.handle(records, context, reply: reply) }
  }

  @Test("configurations")
  func configurations() throws {
    try fixture.create("a")
    let requests = try fixture.requests
    let describe = DescribeConfigsRequest(
      resources: [.init(resourceType: 2, resourceName: "a"), .init(resourceType: 4, resourceName: "1"), .init(resourceType: 9)],
      includeSynonyms: true, includeDocumentation: true)
    try encode { context, reply in requests.handle(describe, context, reply: reply) }
    let incremental = IncrementalAlterConfigsRequest(resources: [.init(resourceType: 2, resourceName: "a"), .init(resourceType: 9)])
    try encode { context, reply in requests.handle(incremental, context, reply: reply) }
    let alter = AlterConfigsRequest(resources: [.init(resourceType: 2, resourceName: "a"), .init(resourceType: 9)])
    try encode { context, reply in requests.handle(alter, context, reply: reply) }
  }

  @Test("DescribeCluster and OffsetForLeaderEpoch")
  func cluster() throws {
    try fixture.create("a")
    let requests = try fixture.requests
    try encode { context, reply in requests.handle(DescribeClusterRequest(), context, reply: reply) }
    try encode { context, reply in requests.handle(DescribeClusterRequest(endpointType: 9), context, reply: reply) }
    let epochs = OffsetForLeaderEpochRequest(topics: [.init(topic: "a", partitions: [.init(), .init(partition: 3)])])
    try encode { context, reply in requests.handle(epochs, context, reply: reply) }
  }
}
