/// A record of __consumer_offsets: key of a group's state (Kafka's GroupMetadataKey), after the version in two bytes.
struct GroupMetadataKey: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...2
  static let flexibleSince: Int16 = .max

  var group: String = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("group", .only(2...2), &group)
  }
}
