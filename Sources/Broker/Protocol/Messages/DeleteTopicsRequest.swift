/// DeleteTopics request, API key 20 (Kafka protocol guide, "DeleteTopics API").
struct DeleteTopicsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...6
  static let flexibleSince: Int16 = 4

  var topics: [DeleteTopicState] = []
  var topicNames: [String] = []
  var timeoutMilliseconds: Int32 = 0

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Topics", .since(6), &topics)
    try v.field("TopicNames", .upTo(5), &topicNames)
    try v.field("TimeoutMs", .all, &timeoutMilliseconds)
  }

  struct DeleteTopicState: Message {
    var name: String? = nil
    var topicID: KafkaUUID = .zero

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .since(6), nullable: .since(6), &name)
      try v.field("TopicId", .since(6), &topicID)
    }
  }
}
