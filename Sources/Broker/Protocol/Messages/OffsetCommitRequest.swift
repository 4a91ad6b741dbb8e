/// OffsetCommit request, API key 8 (Kafka protocol guide, "OffsetCommit API").
struct OffsetCommitRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...10
  static let flexibleSince: Int16 = 8

  var groupID: String = ""
  var generationIDOrMemberEpoch: Int32 = -1
  var memberID: String = ""
  var groupInstanceID: String? = nil
  var retentionTimeMilliseconds: Int64 = -1
  var topics: [OffsetCommitRequestTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .all, &groupID)
    try v.field("GenerationIdOrMemberEpoch", .since(1), &generationIDOrMemberEpoch)
    try v.field("MemberId", .since(1), &memberID)
    try v.field("GroupInstanceId", .since(7), nullable: .since(7), &groupInstanceID)
    try v.field("RetentionTimeMs", .only(2...4), &retentionTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct OffsetCommitRequestTopic: Message {
    var name: String = ""
    var topicID: KafkaUUID = .zero
    var partitions: [OffsetCommitRequestPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .upTo(9), &name)
      try v.field("TopicId", .since(10), &topicID)
      try v.field("Partitions", .all, &partitions)
    }

    struct OffsetCommitRequestPartition: Message {
      var partitionIndex: Int32 = 0
      var committedOffset: Int64 = 0
      var committedLeaderEpoch: Int32 = -1
      var committedMetadata: String? = ""

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("CommittedOffset", .all, &committedOffset)
        try v.field("CommittedLeaderEpoch", .since(6), &committedLeaderEpoch)
        try v.field("CommittedMetadata", .all, nullable: .all, &committedMetadata)
      }
    }
  }
}
