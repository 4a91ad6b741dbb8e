@testable import Broker

/// One of the broker's messages in one version, for tests that go over all of them.
struct AnyMessage: Sendable, CustomStringConvertible {
  let type: any BodyMessage.Type
  let version: Int16

  var description: String { "\(type) \(version)" }

  /// Every request and its API key.
  static let requests: [(key: Int16, type: any BodyMessage.Type)] = [
    (0, ProduceRequest.self),
    (1, FetchRequest.self),
    (2, ListOffsetsRequest.self),
    (3, MetadataRequest.self),
    (8, OffsetCommitRequest.self),
    (9, OffsetFetchRequest.self),
    (10, FindCoordinatorRequest.self),
    (11, JoinGroupRequest.self),
    (12, HeartbeatRequest.self),
    (13, LeaveGroupRequest.self),
    (14, SyncGroupRequest.self),
    (15, DescribeGroupsRequest.self),
    (16, ListGroupsRequest.self),
    (18, ApiVersionsRequest.self),
    (19, CreateTopicsRequest.self),
    (20, DeleteTopicsRequest.self),
    (21, DeleteRecordsRequest.self),
    (22, InitProducerIdRequest.self),
    (23, OffsetForLeaderEpochRequest.self),
    (24, AddPartitionsToTxnRequest.self),
    (25, AddOffsetsToTxnRequest.self),
    (26, EndTxnRequest.self),
    (28, TxnOffsetCommitRequest.self),
    (32, DescribeConfigsRequest.self),
    (33, AlterConfigsRequest.self),
    (37, CreatePartitionsRequest.self),
    (42, DeleteGroupsRequest.self),
    (44, IncrementalAlterConfigsRequest.self),
    (47, OffsetDeleteRequest.self),
    (60, DescribeClusterRequest.self),
  ]

  static let responses: [any BodyMessage.Type] = [
    AddOffsetsToTxnResponse.self, AddPartitionsToTxnResponse.self, AlterConfigsResponse.self, ApiVersionsResponse.self,
    CreatePartitionsResponse.self, CreateTopicsResponse.self, DeleteGroupsResponse.self, DeleteRecordsResponse.self,
    DeleteTopicsResponse.self, DescribeClusterResponse.self, DescribeConfigsResponse.self, DescribeGroupsResponse.self,
    EndTxnResponse.self, FetchResponse.self, FindCoordinatorResponse.self, HeartbeatResponse.self, IncrementalAlterConfigsResponse.self,
    InitProducerIdResponse.self, JoinGroupResponse.self, LeaveGroupResponse.self, ListGroupsResponse.self, ListOffsetsResponse.self,
    MetadataResponse.self, OffsetCommitResponse.self, OffsetDeleteResponse.self, OffsetFetchResponse.self,
    OffsetForLeaderEpochResponse.self, ProduceResponse.self, SyncGroupResponse.self, TxnOffsetCommitResponse.self,
  ]

  /// The records of the coordinators' logs.
  static let records: [any BodyMessage.Type] = [
    OffsetCommitKey.self, OffsetCommitValue.self, GroupMetadataKey.self, GroupMetadataValue.self, TransactionLogKey.self,
    TransactionLogValue.self,
  ]

  static let types: [any BodyMessage.Type] = requests.map(\.type) + responses + records

  /// Every message in every version.
  static let all: [AnyMessage] = types.flatMap { type in type.versions.map { AnyMessage(type: type, version: $0) } }
}
