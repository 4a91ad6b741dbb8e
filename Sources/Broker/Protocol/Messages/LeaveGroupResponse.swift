/// LeaveGroup response, API key 13 (Kafka protocol guide, "LeaveGroup API").
struct LeaveGroupResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 4

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var members: [MemberResponse] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("Members", .since(3), &members)
  }

  struct MemberResponse: Message {
    var memberID: String = ""
    var groupInstanceID: String? = ""
    var errorCode: ErrorCode = .none

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("MemberId", .since(3), &memberID)
      try v.field("GroupInstanceId", .since(3), nullable: .since(3), &groupInstanceID)
      try v.field("ErrorCode", .since(3), &errorCode)
    }
  }
}
