/// OffsetForLeaderEpoch response, API key 23 (Kafka protocol guide, "OffsetForLeaderEpoch API").
struct OffsetForLeaderEpochResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...4
  static let flexibleSince: Int16 = 4

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [OffsetForLeaderTopicResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(2), &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct OffsetForLeaderTopicResult: Message {
    var topic: String = ""
    var partitions: [EpochEndOffset] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Topic", .all, &topic)
      try v.field("Partitions", .all, &partitions)
    }

    struct EpochEndOffset: Message {
      var errorCode: ErrorCode = .none
      var partition: Int32 = 0
      var leaderEpoch: Int32 = -1
      var endOffset: Int64 = -1

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("ErrorCode", .all, &errorCode)
        try v.field("Partition", .all, &partition)
        try v.field("LeaderEpoch", .since(1), &leaderEpoch)
        try v.field("EndOffset", .all, &endOffset)
      }
    }
  }
}
