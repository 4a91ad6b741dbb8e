internal import NIOCore

/// SyncGroup response, API key 14 (Kafka protocol guide, "SyncGroup API").
struct SyncGroupResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 4

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var protocolType: String? = nil
  var protocolName: String? = nil
  var assignment: ByteBuffer = ByteBuffer()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("ProtocolType", .since(5), nullable: .since(5), &protocolType)
    try v.field("ProtocolName", .since(5), nullable: .since(5), &protocolName)
    try v.field("Assignment", .all, &assignment)
  }
}
