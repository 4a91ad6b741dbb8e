/// FindCoordinator request, API key 10 (Kafka protocol guide, "FindCoordinator API").
struct FindCoordinatorRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...6
  static let flexibleSince: Int16 = 3

  var key: String = ""
  var keyType: Int8 = 0
  var coordinatorKeys: [String] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Key", .upTo(3), &key)
    try v.field("KeyType", .since(1), &keyType)
    try v.field("CoordinatorKeys", .since(4), &coordinatorKeys)
  }
}
