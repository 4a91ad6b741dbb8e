/// DeleteTopics response, API key 20 (Kafka protocol guide, "DeleteTopics API").
struct DeleteTopicsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...6
  static let flexibleSince: Int16 = 4

  var throttleTimeMilliseconds: Int32 = 0
  var responses: [DeletableTopicResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("Responses", .all, &responses)
  }

  struct DeletableTopicResult: Message {
    var name: String? = ""
    var topicID: KafkaUUID = .zero
    var errorCode: ErrorCode = .none
    var errorMessage: String? = nil

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, nullable: .since(6), &name)
      try v.field("TopicId", .since(6), &topicID)
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("ErrorMessage", .since(5), nullable: .since(5), &errorMessage)
    }
  }
}
