internal import NIOCore

/// SyncGroup request, API key 14 (Kafka protocol guide, "SyncGroup API").
struct SyncGroupRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 4

  var groupID: String = ""
  var generationID: Int32 = 0
  var memberID: String = ""
  var groupInstanceID: String? = nil
  var protocolType: String? = nil
  var protocolName: String? = nil
  var assignments: [SyncGroupRequestAssignment] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupId", .all, &groupID)
    try v.field("GenerationId", .all, &generationID)
    try v.field("MemberId", .all, &memberID)
    try v.field("GroupInstanceId", .since(3), nullable: .since(3), &groupInstanceID)
    try v.field("ProtocolType", .since(5), nullable: .since(5), &protocolType)
    try v.field("ProtocolName", .since(5), nullable: .since(5), &protocolName)
    try v.field("Assignments", .all, &assignments)
  }

  struct SyncGroupRequestAssignment: Message {
    var memberID: String = ""
    var assignment: ByteBuffer = ByteBuffer()

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("MemberId", .all, &memberID)
      try v.field("Assignment", .all, &assignment)
    }
  }
}
