/// DeleteRecords response, API key 21 (Kafka protocol guide, "DeleteRecords API").
struct DeleteRecordsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 2

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [DeleteRecordsTopicResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct DeleteRecordsTopicResult: Message {
    var name: String = ""
    var partitions: [DeleteRecordsPartitionResult] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct DeleteRecordsPartitionResult: Message {
      var partitionIndex: Int32 = 0
      var lowWatermark: Int64 = 0
      var errorCode: ErrorCode = .none

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("LowWatermark", .all, &lowWatermark)
        try v.field("ErrorCode", .all, &errorCode)
      }
    }
  }
}
