/// OffsetFetch request, API key 9 (Kafka protocol guide, "OffsetFetch API").
struct OffsetFetchRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...10
  static let flexibleSince: Int16 = 6

  var groupID: String = ""
  var topics: [OffsetFetchRequestTopic]? = []
  var groups: [OffsetFetchRequestGroup] = []
  var requireStable: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .upTo(7), &groupID)
    try v.field("Topics", .upTo(7), nullable: .only(2...7), &topics)
    try v.field("Groups", .since(8), &groups)
    try v.field("RequireStable", .since(7), &requireStable)
  }

  struct OffsetFetchRequestTopic: Message {
    var name: String = ""
    var partitionIndexes: [Int32] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .upTo(7), &name)
      try v.field("PartitionIndexes", .upTo(7), &partitionIndexes)
    }
  }

  struct OffsetFetchRequestGroup: Message {
    var groupID: String = ""
    var memberID: String? = nil
    var memberEpoch: Int32 = -1
    var topics: [OffsetFetchRequestTopics]? = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("GroupId", .since(8), &groupID)
      try v.field("MemberId", .since(9), nullable: .since(9), &memberID)
      try v.field("MemberEpoch", .since(9), &memberEpoch)
      try v.field("Topics", .since(8), nullable: .since(8), &topics)
    }

    struct OffsetFetchRequestTopics: Message {
      var name: String = ""
      var topicID: KafkaUUID = .zero
      var partitionIndexes: [Int32] = []

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .only(8...9), &name)
        try v.field("TopicId", .since(10), &topicID)
        try v.field("PartitionIndexes", .since(8), &partitionIndexes)
      }
    }
  }
}
