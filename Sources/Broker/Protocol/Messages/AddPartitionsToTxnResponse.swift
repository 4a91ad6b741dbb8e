/// AddPartitionsToTxn response, API key 24 (Kafka protocol guide, "AddPartitionsToTxn API").
struct AddPartitionsToTxnResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...3
  static let flexibleSince: Int16 = 3

  var throttleTimeMilliseconds: Int32 = 0
  var resultsByTopic: [AddPartitionsToTxnTopicResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("ResultsByTopicV3AndBelow", .upTo(3), &resultsByTopic)
  }

  struct AddPartitionsToTxnTopicResult: Message {
    var name: String = ""
    var resultsByPartition: [AddPartitionsToTxnPartitionResult] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("ResultsByPartition", .all, &resultsByPartition)
    }
  }

  struct AddPartitionsToTxnPartitionResult: Message {
    var partitionIndex: Int32 = 0
    var partitionErrorCode: ErrorCode = .none

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("PartitionIndex", .all, &partitionIndex)
      try v.field("PartitionErrorCode", .all, &partitionErrorCode)
    }
  }
}
