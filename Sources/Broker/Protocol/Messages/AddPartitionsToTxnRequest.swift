/// AddPartitionsToTxn request, API key 24 (Kafka protocol guide, "AddPartitionsToTxn API").
struct AddPartitionsToTxnRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...3
  static let flexibleSince: Int16 = 3

  var transactionalID: String = ""
  var producerID: Int64 = 0
  var producerEpoch: Int16 = 0
  var topics: [AddPartitionsToTxnTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("V3AndBelowTransactionalId", .upTo(3), &transactionalID)
    try v.field("V3AndBelowProducerId", .upTo(3), &producerID)
    try v.field("V3AndBelowProducerEpoch", .upTo(3), &producerEpoch)
    try v.field("V3AndBelowTopics", .upTo(3), &topics)
  }

  struct AddPartitionsToTxnTopic: Message {
    var name: String = ""
    var partitions: [Int32] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }
  }
}
