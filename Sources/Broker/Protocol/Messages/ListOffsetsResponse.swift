/// ListOffsets response, API key 2 (Kafka protocol guide, "ListOffsets API").
struct ListOffsetsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...10
  static let flexibleSince: Int16 = 6

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [ListOffsetsTopicResponse] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(2), &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct ListOffsetsTopicResponse: Message {
    var name: String = ""
    var partitions: [ListOffsetsPartitionResponse] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct ListOffsetsPartitionResponse: Message {
      var partitionIndex: Int32 = 0
      var errorCode: ErrorCode = .none
      var timestamp: Int64 = -1
      var offset: Int64 = -1
      var leaderEpoch: Int32 = -1

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("ErrorCode", .all, &errorCode)
        try v.field("Timestamp", .since(1), &timestamp)
        try v.field("Offset", .since(1), &offset)
        try v.field("LeaderEpoch", .since(4), &leaderEpoch)
      }
    }
  }
}
