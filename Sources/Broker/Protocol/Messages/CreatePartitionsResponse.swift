/// CreatePartitions response, API key 37 (Kafka protocol guide, "CreatePartitions API").
struct CreatePartitionsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...3
  static let flexibleSince: Int16 = 2

  var throttleTimeMilliseconds: Int32 = 0
  var results: [CreatePartitionsTopicResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Results", .all, &results)
  }

  struct CreatePartitionsTopicResult: Message {
    var name: String = ""
    var errorCode: ErrorCode = .none
    var errorMessage: String? = nil

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("ErrorMessage", .all, nullable: .all, &errorMessage)
    }
  }
}
