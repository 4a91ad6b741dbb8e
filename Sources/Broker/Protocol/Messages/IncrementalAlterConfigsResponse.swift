/// IncrementalAlterConfigs response, API key 44 (Kafka protocol guide, "IncrementalAlterConfigs API").
struct IncrementalAlterConfigsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...1
  static let flexibleSince: Int16 = 1

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
