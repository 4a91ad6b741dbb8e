/// AddOffsetsToTxn request, API key 25 (Kafka protocol guide, "AddOffsetsToTxn API").
struct AddOffsetsToTxnRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 3

  var transactionalID: String = ""
  var producerID: Int64 = 0
  var producerEpoch: Int16 = 0
  var groupID: String = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("TransactionalId", .all, &transactionalID)
    try v.field("ProducerId", .all, &producerID)
    try v.field("ProducerEpoch", .all, &producerEpoch)
    try v.field("GroupId", .all, &groupID)
  }
}
