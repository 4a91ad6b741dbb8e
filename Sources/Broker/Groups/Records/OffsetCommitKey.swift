/// A record of __consumer_offsets: key of a committed offset (Kafka's OffsetCommitKey), after the version in two bytes.
struct OffsetCommitKey: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...1
  static let flexibleSince: Int16 = .max

  var group: String = ""
  var topic: String = ""
  var partition: Int32 = 0

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("group", .upTo(1), &group)
    try v.field("topic", .upTo(1), &topic)
    try v.field("partition", .upTo(1), &partition)
  }
}
