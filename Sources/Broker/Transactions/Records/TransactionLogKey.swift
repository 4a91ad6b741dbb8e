/// A record of __transaction_state: key (Kafka's TransactionLogKey), after the version in two bytes.
struct TransactionLogKey: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...0
  static let flexibleSince: Int16 = .max

  var transactionalID: String = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("TransactionalId", .upTo(0), &transactionalID)
  }
}
