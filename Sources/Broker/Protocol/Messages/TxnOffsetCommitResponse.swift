/// TxnOffsetCommit response, API key 28 (Kafka protocol guide, "TxnOffsetCommit API").
struct TxnOffsetCommitResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 3

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [TxnOffsetCommitResponseTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct TxnOffsetCommitResponseTopic: Message {
    var name: String = ""
    var partitions: [TxnOffsetCommitResponsePartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct TxnOffsetCommitResponsePartition: Message {
      var partitionIndex: Int32 = 0
      var errorCode: ErrorCode = .none

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("ErrorCode", .all, &errorCode)
      }
    }
  }
}
