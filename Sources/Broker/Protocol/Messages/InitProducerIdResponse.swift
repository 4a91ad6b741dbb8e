/// InitProducerId response, API key 22 (Kafka protocol guide, "InitProducerId API").
struct InitProducerIdResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 2

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var producerID: Int64 = -1
  var producerEpoch: Int16 = 0

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("ProducerId", .all, &producerID)
    try v.field("ProducerEpoch", .all, &producerEpoch)
  }
}
