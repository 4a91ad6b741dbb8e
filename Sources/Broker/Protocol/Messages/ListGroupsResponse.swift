/// ListGroups response, API key 16 (Kafka protocol guide, "ListGroups API").
struct ListGroupsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 3

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var groups: [ListedGroup] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("Groups", .all, &groups)
  }

  struct ListedGroup: Message {
    var groupID: String = ""
    var protocolType: String = ""
    var groupState: String = ""
    var groupType: String = ""

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("GroupId", .all, &groupID)
      try v.field("ProtocolType", .all, &protocolType)
      try v.field("GroupState", .since(4), &groupState)
      try v.field("GroupType", .since(5), &groupType)
    }
  }
}
