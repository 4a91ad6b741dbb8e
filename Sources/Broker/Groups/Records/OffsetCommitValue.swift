/// A record of __consumer_offsets: value of a committed offset (Kafka's OffsetCommitValue), after the version in two bytes.
struct OffsetCommitValue: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 4

  var offset: Int64 = 0
  var leaderEpoch: Int32 = -1
  var metadata: String = ""
  var commitTimestamp: Int64 = 0
  var expireTimestamp: Int64 = -1

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("offset", .all, &offset)
    try v.field("leaderEpoch", .since(3), &leaderEpoch)
    try v.field("metadata", .all, &metadata)
    try v.field("commitTimestamp", .all, &commitTimestamp)
    try v.field("expireTimestamp", .only(1...1), &expireTimestamp)
  }
}
