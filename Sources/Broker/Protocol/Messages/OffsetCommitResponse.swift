/// OffsetCommit response, API key 8 (Kafka protocol guide, "OffsetCommit API").
struct OffsetCommitResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...10
  static let flexibleSince: Int16 = 8

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [OffsetCommitResponseTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(3), &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct OffsetCommitResponseTopic: Message {
    var name: String = ""
    var topicID: KafkaUUID = .zero
    var partitions: [OffsetCommitResponsePartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .upTo(9), &name)
      try v.field("TopicId", .since(10), &topicID)
      try v.field("Partitions", .all, &partitions)
    }

    struct OffsetCommitResponsePartition: Message {
      var partitionIndex: Int32 = 0
      var errorCode: ErrorCode = .none

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("ErrorCode", .all, &errorCode)
      }
    }
  }
}
