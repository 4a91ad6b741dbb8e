/// ListOffsets request, API key 2 (Kafka protocol guide, "ListOffsets API").
struct ListOffsetsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...10
  static let flexibleSince: Int16 = 6

  var replicaID: Int32 = 0
  var isolationLevel: Int8 = 0
  var topics: [ListOffsetsTopic] = []
  var timeoutMilliseconds: Int32 = 0

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ReplicaId", .all, &replicaID)
    try v.field("IsolationLevel", .since(2), &isolationLevel)
    try v.field("Topics", .all, &topics)
    try v.field("TimeoutMs", .since(10), &timeoutMilliseconds)
  }

  struct ListOffsetsTopic: Message {
    var name: String = ""
    var partitions: [ListOffsetsPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct ListOffsetsPartition: Message {
      var partitionIndex: Int32 = 0
      var currentLeaderEpoch: Int32 = -1
      var timestamp: Int64 = 0

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("CurrentLeaderEpoch", .since(4), &currentLeaderEpoch)
        try v.field("Timestamp", .all, &timestamp)
      }
    }
  }
}
