/// OffsetDelete response, API key 47 (Kafka protocol guide, "OffsetDelete API").
struct OffsetDeleteResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...0
  static let flexibleSince: Int16 = .max

  var errorCode: ErrorCode = .none
  var throttleTimeMilliseconds: Int32 = 0
  var topics: [OffsetDeleteResponseTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct OffsetDeleteResponseTopic: Message {
    var name: String = ""
    var partitions: [OffsetDeleteResponsePartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct OffsetDeleteResponsePartition: Message {
      var partitionIndex: Int32 = 0
      var errorCode: ErrorCode = .none

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("ErrorCode", .all, &errorCode)
      }
    }
  }
}
