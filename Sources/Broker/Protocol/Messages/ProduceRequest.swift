internal import NIOCore

/// Produce request, API key 0 (Kafka protocol guide, "Produce API").
struct ProduceRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 3...13
  static let flexibleSince: Int16 = 9

  var transactionalID: String? = nil
  var acks: Int16 = 0
  var timeoutMilliseconds: Int32 = 0
  var topicData: [TopicProduceData] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("TransactionalId", .since(3), nullable: .since(3), &transactionalID)
    try v.field("Acks", .all, &acks)
    try v.field("TimeoutMs", .all, &timeoutMilliseconds)
    try v.field("TopicData", .all, &topicData)
  }

  struct TopicProduceData: Message {
    var name: String = ""
    var topicID: KafkaUUID = .zero
    var partitionData: [PartitionProduceData] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .upTo(12), &name)
      try v.field("TopicId", .since(13), &topicID)
      try v.field("PartitionData", .all, &partitionData)
    }

    struct PartitionProduceData: Message {
      var index: Int32 = 0
      var records: ByteBuffer? = nil

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Index", .all, &index)
        try v.field("Records", .all, nullable: .all, &records)
      }
    }
  }
}
