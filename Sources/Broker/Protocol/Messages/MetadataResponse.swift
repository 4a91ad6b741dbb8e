/// Metadata response, API key 3 (Kafka protocol guide, "Metadata API").
struct MetadataResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...13
  static let flexibleSince: Int16 = 9

  var throttleTimeMilliseconds: Int32 = 0
  var brokers: [MetadataResponseBroker] = []
  var clusterID: String? = nil
  var controllerID: Int32 = -1
  var topics: [MetadataResponseTopic] = []
  var clusterAuthorizedOperations: Int32 = -2147483648
  var errorCode: ErrorCode = .none

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(3), &throttleTimeMilliseconds)
    try v.field("Brokers", .all, &brokers)
    try v.field("ClusterId", .since(2), nullable: .since(2), &clusterID)
    try v.field("ControllerId", .since(1), &controllerID)
    try v.field("Topics", .all, &topics)
    try v.field("ClusterAuthorizedOperations", .only(8...10), &clusterAuthorizedOperations)
    try v.field("ErrorCode", .since(13), &errorCode)
  }

  struct MetadataResponseBroker: Message {
    var nodeID: Int32 = 0
    var host: String = ""
    var port: Int32 = 0
    var rack: String? = nil

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("NodeId", .all, &nodeID)
      try v.field("Host", .all, &host)
      try v.field("Port", .all, &port)
      try v.field("Rack", .since(1), nullable: .since(1), &rack)
    }
  }

  struct MetadataResponseTopic: Message {
    var errorCode: ErrorCode = .none
    var name: String? = ""
    var topicID: KafkaUUID = .zero
    var isInternal: Bool = false
    var partitions: [MetadataResponsePartition] = []
    var topicAuthorizedOperations: Int32 = -2147483648

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("Name", .all, nullable: .since(12), &name)
      try v.field("TopicId", .since(10), &topicID)
      try v.field("IsInternal", .since(1), &isInternal)
      try v.field("Partitions", .all, &partitions)
      try v.field("TopicAuthorizedOperations", .since(8), &topicAuthorizedOperations)
    }

    struct MetadataResponsePartition: Message {
      var errorCode: ErrorCode = .none
      var partitionIndex: Int32 = 0
      var leaderID: Int32 = 0
      var leaderEpoch: Int32 = -1
      var replicaNodes: [Int32] = []
      var isrNodes: [Int32] = []
      var offlineReplicas: [Int32] = []

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("ErrorCode", .all, &errorCode)
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("LeaderId", .all, &leaderID)
        try v.field("LeaderEpoch", .since(7), &leaderEpoch)
        try v.field("ReplicaNodes", .all, &replicaNodes)
        try v.field("IsrNodes", .all, &isrNodes)
        try v.field("OfflineReplicas", .since(5), &offlineReplicas)
      }
    }
  }
}
