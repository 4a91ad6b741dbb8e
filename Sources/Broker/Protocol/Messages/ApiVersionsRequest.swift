/// ApiVersions request, API key 18 (Kafka protocol guide, "ApiVersions API").
struct ApiVersionsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 3

  var clientSoftwareName: String = ""
  var clientSoftwareVersion: String = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ClientSoftwareName", .since(3), &clientSoftwareName)
    try v.field("ClientSoftwareVersion", .since(3), &clientSoftwareVersion)
  }
}
