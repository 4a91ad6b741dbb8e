/// DeleteGroups response, API key 42 (Kafka protocol guide, "DeleteGroups API").
struct DeleteGroupsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 2

  var throttleTimeMilliseconds: Int32 = 0
  var results: [DeletableGroupResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Results", .all, &results)
  }

  struct DeletableGroupResult: Message {
    var groupID: String = ""
    var errorCode: ErrorCode = .none

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("GroupId", .all, &groupID)
      try v.field("ErrorCode", .all, &errorCode)
    }
  }
}
