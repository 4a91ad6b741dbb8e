/// LeaveGroup request, API key 13 (Kafka protocol guide, "LeaveGroup API").
struct LeaveGroupRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 4

  var groupID: String = ""
  var memberID: String = ""
  var members: [MemberIdentity] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .all, &groupID)
    try v.field("MemberId", .upTo(2), &memberID)
    try v.field("Members", .since(3), &members)
  }

  struct MemberIdentity: Message {
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var reason: String? = nil

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("MemberId", .since(3), &memberID)
      try v.field("GroupInstanceId", .since(3), nullable: .since(3), &groupInstanceID)
      try v.field("Reason", .since(5), nullable: .since(5), &reason)
    }
  }
}
