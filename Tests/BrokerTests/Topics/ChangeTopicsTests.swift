import Testing

@testable import Broker

/// DeleteTopics, CreatePartitions, DeleteRecords and OffsetForLeaderEpoch.
@Suite struct ChangeTopicsTests {
  let fixture = CatalogueFixture { $0.maxPartitions = 10 }

  // MARK: DeleteTopics

  func delete(_ request: DeleteTopicsRequest) throws -> [DeleteTopicsResponse.DeletableTopicResult] {
    var response: DeleteTopicsResponse?
    try fixture.requests.handle(request, fixture.context(6)) { response = $0 }
    return try #require(response).responses
  }

  @Test("topics are deleted by name or by id")
  func deleted() throws {
    for name in ["a", "b", "c"] { try fixture.create(name) }
    let id = try #require(try fixture.catalogue.id(of: "b"))
    let byID = try delete(DeleteTopicsRequest(topics: [.init(name: "a"), .init(topicID: id)]))
    #expect(byID.map(\.errorCode) == [.none, .none])
    #expect(byID.map(\.name) == ["a", "b"])
    #expect(byID.last?.topicID == id)
    #expect(try delete(DeleteTopicsRequest(topicNames: ["c"])).map(\.errorCode) == [.none])
    #expect(try fixture.catalogue.topics.isEmpty)
  }

  @Test("what cannot be deleted is said")
  func undeletable() throws {
    try fixture.create("a")
    _ = try fixture.catalogue.internalLog(TopicName.consumerOffsets)
    let results = try delete(
      DeleteTopicsRequest(topics: [
        .init(name: "x"), .init(topicID: .random()), .init(), .init(name: "a", topicID: .random()),
        .init(name: TopicName.consumerOffsets),
      ]))
    #expect(
      results.map(\.errorCode) == [.unknownTopicOrPartition, .unknownTopicID, .invalidRequest, .invalidRequest, .invalidRequest])
    #expect(try fixture.catalogue.topics.count == 2)
  }

  @Test("a topic that is named twice stays")
  func twice() throws {
    try fixture.create("a")
    let id = try #require(try fixture.catalogue.id(of: "a"))
    #expect(try delete(DeleteTopicsRequest(topicNames: ["a", "a"])).map(\.errorCode) == [.invalidRequest])
    #expect(try delete(DeleteTopicsRequest(topics: [.init(name: "a"), .init(topicID: id)])).map(\.errorCode) == [.invalidRequest])
    #expect(
      try delete(DeleteTopicsRequest(topics: [.init(topicID: id), .init(topicID: id), .init(topicID: id)])).map(\.errorCode) == [
        .invalidRequest
      ])
    #expect(try fixture.catalogue.topics.count == 1)
  }

  // MARK: CreatePartitions

  func grow(_ topics: CreatePartitionsRequest.CreatePartitionsTopic..., validateOnly: Bool = false) throws -> [CreatePartitionsResponse
    .CreatePartitionsTopicResult]
  {
    var response: CreatePartitionsResponse?
    let request = CreatePartitionsRequest(topics: topics, validateOnly: validateOnly)
    try fixture.requests.handle(request, fixture.context(3)) { response = $0 }
    return try #require(response).results
  }

  @Test("topics only grow")
  func partitions() throws {
    try fixture.create("a", partitions: 2)
    #expect(try grow(.init(name: "a", count: 4, assignments: nil), validateOnly: true).map(\.errorCode) == [.none])
    #expect(try fixture.catalogue.partitionCount(of: "a") == 2)
    #expect(try grow(.init(name: "a", count: 4, assignments: nil)).map(\.errorCode) == [.none])
    #expect(try fixture.catalogue.partitionCount(of: "a") == 4)
    let results = try [4, 3, 0, -1].map { try grow(.init(name: "a", count: $0, assignments: nil))[0] }
    #expect(results.map(\.errorCode) == Array(repeating: .invalidPartitions, count: 4))
    #expect(results.first?.errorMessage == "Topic already has 4 partition(s).")
    #expect(try grow(.init(name: "b", count: 3, assignments: nil)).map(\.errorCode) == [.unknownTopicOrPartition])
    #expect(try grow(.init(name: "a", count: 5), .init(name: "a", count: 6)).map(\.errorCode) == [.invalidRequest])
    #expect(try grow(.init(name: "a", count: 11, assignments: nil)).map(\.errorCode) == [.policyViolation])
  }

  @Test("new partitions may be assigned by hand, to this broker")
  func assignedPartitions() throws {
    try fixture.create("a")
    #expect(try grow(.init(name: "a", count: 3, assignments: [.init(brokerIDs: [1])])).map(\.errorCode) == [.invalidReplicaAssignment])
    #expect(try grow(.init(name: "a", count: 2, assignments: [.init(brokerIDs: [9])])).map(\.errorCode) == [.invalidReplicaAssignment])
    #expect(try grow(.init(name: "a", count: 2, assignments: [.init(brokerIDs: [1])])).map(\.errorCode) == [.none])
    #expect(try fixture.catalogue.partitionCount(of: "a") == 2)
  }

  // MARK: DeleteRecords

  func deleteRecords(_ topic: String, before offset: Int64, partition: Int32 = 0) throws
    -> DeleteRecordsResponse
    .DeleteRecordsTopicResult.DeleteRecordsPartitionResult
  {
    var response: DeleteRecordsResponse?
    let request = DeleteRecordsRequest(topics: [
      .init(name: topic, partitions: [.init(partitionIndex: partition, offset: offset)])
    ])
    try fixture.requests.handle(request, fixture.context(2)) { response = $0 }
    return try #require(response?.topics.first?.partitions.first)
  }

  @Test("records before an offset, or all of them, are deleted and the new start is answered")
  func records() throws {
    try fixture.create("a")
    try fixture.append(5, to: "a")
    #expect(try deleteRecords("a", before: 3) == .init(partitionIndex: 0, lowWatermark: 3, errorCode: .none))
    #expect(try deleteRecords("a", before: 2).lowWatermark == 3)
    #expect(try deleteRecords("a", before: -1).lowWatermark == 5)
    #expect(try deleteRecords("a", before: 6) == .init(partitionIndex: 0, lowWatermark: -1, errorCode: .offsetOutOfRange))
    #expect(try deleteRecords("a", before: -2).errorCode == .offsetOutOfRange)
    #expect(try deleteRecords("a", before: 0, partition: 1).errorCode == .unknownTopicOrPartition)
    #expect(try deleteRecords("b", before: 0).errorCode == .unknownTopicOrPartition)
  }

  @Test("records of compacted and of internal topics are not deleted")
  func compactedRecords() throws {
    try fixture.create("a", ["cleanup.policy": "compact"])
    _ = try fixture.catalogue.internalLog(TopicName.consumerOffsets)
    #expect(try deleteRecords("a", before: 0).errorCode == .policyViolation)
    #expect(try deleteRecords(TopicName.consumerOffsets, before: 0).errorCode == .invalidTopic)
  }

  // MARK: OffsetForLeaderEpoch

  @Test("epoch 0 ends where the log ends, other epochs are unknown, other current epochs are refused")
  func epochs() throws {
    try fixture.create("a")
    try fixture.append(5, to: "a")
    func ask(_ epoch: Int32, current: Int32 = 0, topic: String = "a") throws
      -> OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
      .EpochEndOffset
    {
      var response: OffsetForLeaderEpochResponse?
      let request = OffsetForLeaderEpochRequest(topics: [
        .init(topic: topic, partitions: [.init(partition: 0, currentLeaderEpoch: current, leaderEpoch: epoch)])
      ])
      try fixture.requests.handle(request, fixture.context(4)) { response = $0 }
      return try #require(response?.topics.first?.partitions.first)
    }
    #expect(try ask(0) == .init(errorCode: .none, partition: 0, leaderEpoch: 0, endOffset: 5))
    #expect(try ask(0, current: -1).endOffset == 5)
    #expect(try ask(1) == .init(errorCode: .none, partition: 0, leaderEpoch: -1, endOffset: -1))
    #expect(try ask(-1).endOffset == -1)
    #expect(try ask(0, current: 1).errorCode == .unknownLeaderEpoch)
    #expect(try ask(0, current: -2).errorCode == .fencedLeaderEpoch)
    #expect(try ask(0, topic: "b").errorCode == .unknownTopicOrPartition)
  }
}
