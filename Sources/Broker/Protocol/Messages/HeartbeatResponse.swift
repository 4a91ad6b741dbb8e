/// Heartbeat response, API key 12 (Kafka protocol guide, "Heartbeat API").
struct HeartbeatResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 4

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
  }
}
