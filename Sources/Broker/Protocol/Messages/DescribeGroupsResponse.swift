internal import NIOCore

/// DescribeGroups response, API key 15 (Kafka protocol guide, "DescribeGroups API").
struct DescribeGroupsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...6
  static let flexibleSince: Int16 = 5

  var throttleTimeMilliseconds: Int32 = 0
  var groups: [DescribedGroup] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("Groups", .all, &groups)
  }

  struct DescribedGroup: Message {
    var errorCode: ErrorCode = .none
    var errorMessage: String? = nil
    var groupID: String = ""
    var groupState: String = ""
    var protocolType: String = ""
    var protocolData: String = ""
    var members: [DescribedGroupMember] = []
    var authorizedOperations: Int32 = -2147483648

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("ErrorMessage", .since(6), nullable: .since(6), &errorMessage)
      try v.field("GroupId", .all, &groupID)
      try v.field("GroupState", .all, &groupState)
      try v.field("ProtocolType", .all, &protocolType)
      try v.field("ProtocolData", .all, &protocolData)
      try v.field("Members", .all, &members)
      try v.field("AuthorizedOperations", .since(3), &authorizedOperations)
    }

    struct DescribedGroupMember: Message {
      var memberID: String = ""
      var groupInstanceID: String? = nil
      var clientID: String = ""
      var clientHost: String = ""
      var memberMetadata: ByteBuffer = ByteBuffer()
      var memberAssignment: ByteBuffer = ByteBuffer()

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("MemberId", .all, &memberID)
        try v.field("GroupInstanceId", .since(4), nullable: .since(4), &groupInstanceID)
        try v.field("ClientId", .all, &clientID)
        try v.field("ClientHost", .all, &clientHost)
        try v.field("MemberMetadata", .all, &memberMetadata)
        try v.field("MemberAssignment", .all, &memberAssignment)
      }
    }
  }
}
