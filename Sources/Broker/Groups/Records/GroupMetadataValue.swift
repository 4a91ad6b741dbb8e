internal import NIOCore

/// A record of __consumer_offsets: value of a group's state (Kafka's GroupMetadataValue), after the version in two bytes.
struct GroupMetadataValue: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 4

  var protocolType: String = ""
  var generation: Int32 = 0
  var `protocol`: String? = ""
  var leader: String? = ""
  var currentStateTimestamp: Int64 = -1
  var members: [MemberMetadata] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("protocolType", .all, &protocolType)
    try v.field("generation", .all, &generation)
    try v.field("protocol", .all, nullable: .all, &`protocol`)
    try v.field("leader", .all, nullable: .all, &leader)
    try v.field("currentStateTimestamp", .since(2), &currentStateTimestamp)
    try v.field("members", .all, &members)
  }

  struct MemberMetadata: Message {
    var memberID: String = ""
    var groupInstanceID: String? = nil
    var clientID: String = ""
    var clientHost: String = ""
    var rebalanceTimeout: Int32 = -1
    var sessionTimeout: Int32 = 0
    var subscription: ByteBuffer = ByteBuffer()
    var assignment: ByteBuffer = ByteBuffer()

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("memberId", .all, &memberID)
      try v.field("groupInstanceId", .since(3), nullable: .since(3), &groupInstanceID)
      try v.field("clientId", .all, &clientID)
      try v.field("clientHost", .all, &clientHost)
      try v.field("rebalanceTimeout", .since(1), &rebalanceTimeout)
      try v.field("sessionTimeout", .all, &sessionTimeout)
      try v.field("subscription", .all, &subscription)
      try v.field("assignment", .all, &assignment)
    }
  }
}
