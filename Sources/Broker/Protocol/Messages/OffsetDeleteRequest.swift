/// OffsetDelete request, API key 47 (Kafka protocol guide, "OffsetDelete API").
struct OffsetDeleteRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...0
  static let flexibleSince: Int16 = .max

  var groupID: String = ""
  var topics: [OffsetDeleteRequestTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .all, &groupID)
    try v.field("Topics", .all, &topics)
  }

  struct OffsetDeleteRequestTopic: Message {
    var name: String = ""
    var partitions: [OffsetDeleteRequestPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct OffsetDeleteRequestPartition: Message {
      var partitionIndex: Int32 = 0

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
      }
    }
  }
}
