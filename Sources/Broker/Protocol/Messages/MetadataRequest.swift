/// Metadata request, API key 3 (Kafka protocol guide, "Metadata API").
struct MetadataRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...13
  static let flexibleSince: Int16 = 9

  var topics: [MetadataRequestTopic]? = []
  var allowAutoTopicCreation: Bool = true
  var includeClusterAuthorizedOperations: Bool = false
  var includeTopicAuthorizedOperations: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Topics", .all, nullable: .since(1), &topics)
    try v.field("AllowAutoTopicCreation", .since(4), &allowAutoTopicCreation)
    try v.field("IncludeClusterAuthorizedOperations", .only(8...10), &includeClusterAuthorizedOperations)
    try v.field("IncludeTopicAuthorizedOperations", .since(8), &includeTopicAuthorizedOperations)
  }

  struct MetadataRequestTopic: Message {
    var topicID: KafkaUUID = .zero
    var name: String? = ""

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("TopicId", .since(10), &topicID)
      try v.field("Name", .all, nullable: .since(10), &name)
    }
  }
}
