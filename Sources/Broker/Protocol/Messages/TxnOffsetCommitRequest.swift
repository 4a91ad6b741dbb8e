/// TxnOffsetCommit request, API key 28 (Kafka protocol guide, "TxnOffsetCommit API").
struct TxnOffsetCommitRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 3

  var transactionalID: String = ""
  var groupID: String = ""
  var producerID: Int64 = 0
  var producerEpoch: Int16 = 0
  var generationID: Int32 = -1
  var memberID: String = ""
  var groupInstanceID: String? = nil
  var topics: [TxnOffsetCommitRequestTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("TransactionalId", .all, &transactionalID)
    try v.field("GroupId", .all, &groupID)
    try v.field("ProducerId", .all, &producerID)
    try v.field("ProducerEpoch", .all, &producerEpoch)
    try v.field("GenerationId", .since(3), &generationID)
    try v.field("MemberId", .since(3), &memberID)
    try v.field("GroupInstanceId", .since(3), nullable: .since(3), &groupInstanceID)
    try v.field("Topics", .all, &topics)
  }

  struct TxnOffsetCommitRequestTopic: Message {
    var name: String = ""
    var partitions: [TxnOffsetCommitRequestPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct TxnOffsetCommitRequestPartition: Message {
      var partitionIndex: Int32 = 0
      var committedOffset: Int64 = 0
      var committedLeaderEpoch: Int32 = -1
      var committedMetadata: String? = ""

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("CommittedOffset", .all, &committedOffset)
        try v.field("CommittedLeaderEpoch", .since(2), &committedLeaderEpoch)
        try v.field("CommittedMetadata", .all, nullable: .all, &committedMetadata)
      }
    }
  }
}
