internal import NIOCore

/// JoinGroup request, API key 11 (Kafka protocol guide, "JoinGroup API").
struct JoinGroupRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...9
  static let flexibleSince: Int16 = 6

  var groupID: String = ""
  var sessionTimeoutMilliseconds: Int32 = 0
  var rebalanceTimeoutMilliseconds: Int32 = -1
  var memberID: String = ""
  var groupInstanceID: String? = nil
  var protocolType: String = ""
  var protocols: [JoinGroupRequestProtocol] = []
  var reason: String? = nil

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .all, &groupID)
    try v.field("SessionTimeoutMs", .all, &sessionTimeoutMilliseconds)
    try v.field("RebalanceTimeoutMs", .since(1), &rebalanceTimeoutMilliseconds)
    try v.field("MemberId", .all, &memberID)
    try v.field("GroupInstanceId", .since(5), nullable: .since(5), &groupInstanceID)
    try v.field("ProtocolType", .all, &protocolType)
    try v.field("Protocols", .all, &protocols)
    try v.field("Reason", .since(8), nullable: .since(8), &reason)
  }

  struct JoinGroupRequestProtocol: Message {
    var name: String = ""
    var metadata: ByteBuffer = ByteBuffer()

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Metadata", .all, &metadata)
    }
  }
}
