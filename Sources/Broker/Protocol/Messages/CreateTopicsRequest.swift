/// CreateTopics request, API key 19 (Kafka protocol guide, "CreateTopics API").
struct CreateTopicsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...7
  static let flexibleSince: Int16 = 5

  var topics: [CreatableTopic] = []
  var timeoutMilliseconds: Int32 = 60000
  var validateOnly: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Topics", .all, &topics)
    try v.field("timeoutMs", .all, &timeoutMilliseconds)
    try v.field("validateOnly", .since(1), &validateOnly)
  }

  struct CreatableTopic: Message {
    var name: String = ""
    var numPartitions: Int32 = 0
    var replicationFactor: Int16 = 0
    var assignments: [CreatableReplicaAssignment] = []
    var configs: [CreatableTopicConfig] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("NumPartitions", .all, &numPartitions)
      try v.field("ReplicationFactor", .all, &replicationFactor)
      try v.field("Assignments", .all, &assignments)
      try v.field("Configs", .all, &configs)
    }

    struct CreatableReplicaAssignment: Message {
      var partitionIndex: Int32 = 0
      var brokerIDs: [Int32] = []

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("BrokerIds", .all, &brokerIDs)
      }
    }

    struct CreatableTopicConfig: Message {
      var name: String = ""
      var value: String? = ""

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .all, &name)
        try v.field("Value", .all, nullable: .all, &value)
      }
    }
  }
}
