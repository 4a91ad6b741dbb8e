/// InitProducerId request, API key 22 (Kafka protocol guide, "InitProducerId API").
struct InitProducerIdRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 2

  var transactionalID: String? = ""
  var transactionTimeoutMilliseconds: Int32 = 0
  var producerID: Int64 = -1
  var producerEpoch: Int16 = -1

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("TransactionalId", .all, nullable: .all, &transactionalID)
    try v.field("TransactionTimeoutMs", .all, &transactionTimeoutMilliseconds)
    try v.field("ProducerId", .since(3), &producerID)
    try v.field("ProducerEpoch", .since(3), &producerEpoch)
  }
}
