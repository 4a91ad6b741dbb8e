/// OffsetFetch response, API key 9 (Kafka protocol guide, "OffsetFetch API").
struct OffsetFetchResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...10
  static let flexibleSince: Int16 = 6

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [OffsetFetchResponseTopic] = []
  var errorCode: ErrorCode = .none
  var groups: [OffsetFetchResponseGroup] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(3), &throttleTimeMilliseconds)
    try v.field("Topics", .upTo(7), &topics)
    try v.field("ErrorCode", .only(2...7), &errorCode)
    try v.field("Groups", .since(8), &groups)
  }

  struct OffsetFetchResponseTopic: Message {
    var name: String = ""
    var partitions: [OffsetFetchResponsePartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .upTo(7), &name)
      try v.field("Partitions", .upTo(7), &partitions)
    }

    struct OffsetFetchResponsePartition: Message {
      var partitionIndex: Int32 = 0
      var committedOffset: Int64 = 0
      var committedLeaderEpoch: Int32 = -1
      var metadata: String? = ""
      var errorCode: ErrorCode = .none

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .upTo(7), &partitionIndex)
        try v.field("CommittedOffset", .upTo(7), &committedOffset)
        try v.field("CommittedLeaderEpoch", .only(5...7), &committedLeaderEpoch)
        try v.field("Metadata", .upTo(7), nullable: .upTo(7), &metadata)
        try v.field("ErrorCode", .upTo(7), &errorCode)
      }
    }
  }

  struct OffsetFetchResponseGroup: Message {
    var groupID: String = ""
    var topics: [OffsetFetchResponseTopics] = []
    var errorCode: ErrorCode = .none

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("GroupId", .since(8), &groupID)
      try v.field("Topics", .since(8), &topics)
      try v.field("ErrorCode", .since(8), &errorCode)
    }

    struct OffsetFetchResponseTopics: Message {
      var name: String = ""
      var topicID: KafkaUUID = .zero
      var partitions: [OffsetFetchResponsePartitions] = []

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .only(8...9), &name)
        try v.field("TopicId", .since(10), &topicID)
        try v.field("Partitions", .since(8), &partitions)
      }

      struct OffsetFetchResponsePartitions: Message {
        var partitionIndex: Int32 = 0
        var committedOffset: Int64 = 0
        var committedLeaderEpoch: Int32 = -1
        var metadata: String? = ""
        var errorCode: ErrorCode = .none

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("PartitionIndex", .since(8), &partitionIndex)
          try v.field("CommittedOffset", .since(8), &committedOffset)
          try v.field("CommittedLeaderEpoch", .since(8), &committedLeaderEpoch)
          try v.field("Metadata", .since(8), nullable: .since(8), &metadata)
          try v.field("ErrorCode", .since(8), &errorCode)
        }
      }
    }
  }
}
