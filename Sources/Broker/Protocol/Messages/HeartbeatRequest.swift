/// Heartbeat request, API key 12 (Kafka protocol guide, "Heartbeat API").
struct HeartbeatRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 4

  var groupID: String = ""
  var generationID: Int32 = 0
  var memberID: String = ""
  var groupInstanceID: String? = nil

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .all, &groupID)
    try v.field("GenerationId", .all, &generationID)
    try v.field("MemberId", .all, &memberID)
    try v.field("GroupInstanceId", .since(3), nullable: .since(3), &groupInstanceID)
  }
}
