/// CreateTopics response, API key 19 (Kafka protocol guide, "CreateTopics API").
struct CreateTopicsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...7
  static let flexibleSince: Int16 = 5

  var throttleTimeMilliseconds: Int32 = 0
  var topics: [CreatableTopicResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(2), &throttleTimeMilliseconds)
    try v.field("Topics", .all, &topics)
  }

  struct CreatableTopicResult: Message {
    var name: String = ""
    var topicID: KafkaUUID = .zero
    var errorCode: ErrorCode = .none
    var errorMessage: String? = ""
    var topicConfigErrorCode: ErrorCode = .none
    var numPartitions: Int32 = -1
    var replicationFactor: Int16 = -1
    var configs: [CreatableTopicConfigs]? = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("TopicId", .since(7), &topicID)
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("ErrorMessage", .since(1), nullable: .all, &errorMessage)
      try v.field("NumPartitions", .since(5), &numPartitions)
      try v.field("ReplicationFactor", .since(5), &replicationFactor)
      try v.field("Configs", .since(5), nullable: .since(5), &configs)
    }

    mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.tag(0, "TopicConfigErrorCode", .since(5), &topicConfigErrorCode, default: .none)
    }

    struct CreatableTopicConfigs: Message {
      var name: String = ""
      var value: String? = ""
      var readOnly: Bool = false
      var configSource: Int8 = -1
      var isSensitive: Bool = false

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .since(5), &name)
        try v.field("Value", .since(5), nullable: .since(5), &value)
        try v.field("ReadOnly", .since(5), &readOnly)
        try v.field("ConfigSource", .since(5), &configSource)
        try v.field("IsSensitive", .since(5), &isSensitive)
      }
    }
  }
}
