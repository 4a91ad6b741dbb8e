/// AddOffsetsToTxn response, API key 25 (Kafka protocol guide, "AddOffsetsToTxn API").
struct AddOffsetsToTxnResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 3

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
  }
}
