/// AlterConfigs response, API key 33 (Kafka protocol guide, "AlterConfigs API").
struct AlterConfigsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 2

  var throttleTimeMilliseconds: Int32 = 0
  var responses: [AlterConfigsResourceResponse] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Responses", .all, &responses)
  }

  struct AlterConfigsResourceResponse: Message {
    var errorCode: ErrorCode = .none
    var errorMessage: String? = ""
    var resourceType: Int8 = 0
    var resourceName: String = ""

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("ErrorMessage", .all, nullable: .all, &errorMessage)
      try v.field("ResourceType", .all, &resourceType)
      try v.field("ResourceName", .all, &resourceName)
    }
  }
}
