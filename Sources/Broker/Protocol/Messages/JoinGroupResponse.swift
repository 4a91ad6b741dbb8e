internal import NIOCore

/// JoinGroup response, API key 11 (Kafka protocol guide, "JoinGroup API").
struct JoinGroupResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...9
  static let flexibleSince: Int16 = 6

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var generationID: Int32 = -1
  var protocolType: String? = nil
  var protocolName: String? = ""
  var leader: String = ""
  var skipAssignment: Bool = false
  var memberID: String = ""
  var members: [JoinGroupResponseMember] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(2), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("GenerationId", .all, &generationID)
    try v.field("ProtocolType", .since(7), nullable: .since(7), &protocolType)
    try v.field("ProtocolName", .all, nullable: .since(7), &protocolName)
    try v.field("Leader", .all, &leader)
    try v.field("SkipAssignment", .since(9), &skipAssignment)
    try v.field("MemberId", .all, &memberID)
    try v.field("Members", .all, &members)
  }

  struct JoinGroupResponseMember: Message {
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var metadata: ByteBuffer = ByteBuffer()

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("MemberId", .all, &memberID)
      try v.field("GroupInstanceId", .since(5), nullable: .since(5), &groupInstanceID)
      try v.field("Metadata", .all, &metadata)
    }
  }
}
