/// A record of __transaction_state: value (Kafka's TransactionLogValue), after the version in two bytes.
struct TransactionLogValue: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...1
  static let flexibleSince: Int16 = 1

  var producerID: Int64 = 0
  var previousProducerID: Int64 = -1
  var nextProducerID: Int64 = -1
  var producerEpoch: Int16 = 0
  var transactionTimeoutMilliseconds: Int32 = 0
  var transactionStatus: Int8 = 0
  var transactionPartitions: [PartitionsSchema]? = []
  var transactionLastUpdateTimestampMilliseconds: Int64 = 0
  var transactionStartTimestampMilliseconds: Int64 = 0
  var clientTransactionVersion: Int16 = 0

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ProducerId", .all, &producerID)
    try v.field("ProducerEpoch", .all, &producerEpoch)
    try v.field("TransactionTimeoutMs", .all, &transactionTimeoutMilliseconds)
    try v.field("TransactionStatus", .all, &transactionStatus)
    try v.field("TransactionPartitions", .all, nullable: .all, &transactionPartitions)
    try v.field("TransactionLastUpdateTimestampMs", .all, &transactionLastUpdateTimestampMilliseconds)
    try v.field("TransactionStartTimestampMs", .all, &transactionStartTimestampMilliseconds)
  }

  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.tag(0, "PreviousProducerId", .all, &previousProducerID, default: -1)
    try v.tag(1, "NextProducerId", .all, &nextProducerID, default: -1)
    try v.tag(2, "ClientTransactionVersion", .all, &clientTransactionVersion, default: 0)
  }

  struct PartitionsSchema: Message {
    var topic: String = ""
    var partitionIDs: [Int32] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Topic", .all, &topic)
      try v.field("PartitionIds", .all, &partitionIDs)
    }
  }
}
