/// What `sluice broker --print-protocol` shows.
public enum BrokerProtocol {
  /// Every message with its versions and fields, to be read beside Kafka's protocol guide.
  public static var table: [String] {
    func both<A: BodyMessage, B: BodyMessage>(_ key: ApiKey, _ request: A.Type, _ response: B.Type) -> [String] {
      ["API \(key.rawValue)"] + FieldLister.table(of: request) + FieldLister.table(of: response)
    }
    return ApiKey.allCases.flatMap { key in
      switch key {
      case .produce: both(key, ProduceRequest.self, ProduceResponse.self)
      case .fetch: both(key, FetchRequest.self, FetchResponse.self)
      case .listOffsets: both(key, ListOffsetsRequest.self, ListOffsetsResponse.self)
      case .metadata: both(key, MetadataRequest.self, MetadataResponse.self)
      case .offsetCommit: both(key, OffsetCommitRequest.self, OffsetCommitResponse.self)
      case .offsetFetch: both(key, OffsetFetchRequest.self, OffsetFetchResponse.self)
      case .findCoordinator: both(key, FindCoordinatorRequest.self, FindCoordinatorResponse.self)
      case .joinGroup: both(key, JoinGroupRequest.self, JoinGroupResponse.self)
      case .heartbeat: both(key, HeartbeatRequest.self, HeartbeatResponse.self)
      case .leaveGroup: both(key, LeaveGroupRequest.self, LeaveGroupResponse.self)
      case .syncGroup: both(key, SyncGroupRequest.self, SyncGroupResponse.self)
      case .describeGroups: both(key, DescribeGroupsRequest.self, DescribeGroupsResponse.self)
      case .listGroups: both(key, ListGroupsRequest.self, ListGroupsResponse.self)
      case .apiVersions: both(key, ApiVersionsRequest.self, ApiVersionsResponse.self)
      case .createTopics: both(key, CreateTopicsRequest.self, CreateTopicsResponse.self)
      case .deleteTopics: both(key, DeleteTopicsRequest.self, DeleteTopicsResponse.self)
      case .deleteRecords: both(key, DeleteRecordsRequest.self, DeleteRecordsResponse.self)
      case .initProducerID: both(key, InitProducerIdRequest.self, InitProducerIdResponse.self)
      case .offsetForLeaderEpoch: both(key, OffsetForLeaderEpochRequest.self, OffsetForLeaderEpochResponse.self)
      case .addPartitionsToTxn: both(key, AddPartitionsToTxnRequest.self, AddPartitionsToTxnResponse.self)
      case .addOffsetsToTxn: both(key, AddOffsetsToTxnRequest.self, AddOffsetsToTxnResponse.self)
      case .endTxn: both(key, EndTxnRequest.self, EndTxnResponse.self)
      case .txnOffsetCommit: both(key, TxnOffsetCommitRequest.self, TxnOffsetCommitResponse.self)
      case .describeConfigs: both(key, DescribeConfigsRequest.self, DescribeConfigsResponse.self)
      case .alterConfigs: both(key, AlterConfigsRequest.self, AlterConfigsResponse.self)
      case .createPartitions: both(key, CreatePartitionsRequest.self, CreatePartitionsResponse.self)
      case .deleteGroups: both(key, DeleteGroupsRequest.self, DeleteGroupsResponse.self)
      case .incrementalAlterConfigs: both(key, IncrementalAlterConfigsRequest.self, IncrementalAlterConfigsResponse.self)
      case .offsetDelete: both(key, OffsetDeleteRequest.self, OffsetDeleteResponse.self)
      case .describeCluster: both(key, DescribeClusterRequest.self, DescribeClusterResponse.self)
      }
    }
  }
}
