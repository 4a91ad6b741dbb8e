/// Produce response, API key 0 (Kafka protocol guide, "Produce API").
struct ProduceResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 3...13
  static let flexibleSince: Int16 = 9

  var responses: [TopicProduceResponse] = []
  var throttleTimeMilliseconds: Int32 = 0
  var nodeEndpoints: [NodeEndpoint] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Responses", .all, &responses)
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
  }

  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.tag(0, "NodeEndpoints", .since(10), &nodeEndpoints)
  }

  struct TopicProduceResponse: Message {
    var name: String = ""
    var topicID: KafkaUUID = .zero
    var partitionResponses: [PartitionProduceResponse] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .upTo(12), &name)
      try v.field("TopicId", .since(13), &topicID)
      try v.field("PartitionResponses", .all, &partitionResponses)
    }

    struct PartitionProduceResponse: Message {
      var index: Int32 = 0
      var errorCode: ErrorCode = .none
      var baseOffset: Int64 = 0
      var logAppendTimeMilliseconds: Int64 = -1
      var logStartOffset: Int64 = -1
      var recordErrors: [BatchIndexAndErrorMessage] = []
      var errorMessage: String? = nil
      var currentLeader: LeaderIdAndEpoch = LeaderIdAndEpoch()

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Index", .all, &index)
        try v.field("ErrorCode", .all, &errorCode)
        try v.field("BaseOffset", .all, &baseOffset)
        try v.field("LogAppendTimeMs", .since(2), &logAppendTimeMilliseconds)
        try v.field("LogStartOffset", .since(5), &logStartOffset)
        try v.field("RecordErrors", .since(8), &recordErrors)
        try v.field("ErrorMessage", .since(8), nullable: .since(8), &errorMessage)
      }

      mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.tag(0, "CurrentLeader", .since(10), &currentLeader)
      }

      struct BatchIndexAndErrorMessage: Message {
        var batchIndex: Int32 = 0
        var batchIndexErrorMessage: String? = nil

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("BatchIndex", .since(8), &batchIndex)
          try v.field("BatchIndexErrorMessage", .since(8), nullable: .since(8), &batchIndexErrorMessage)
        }
      }

      struct LeaderIdAndEpoch: Message {
        var leaderID: Int32 = -1
        var leaderEpoch: Int32 = -1

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("LeaderId", .since(10), &leaderID)
          try v.field("LeaderEpoch", .since(10), &leaderEpoch)
        }
      }
    }
  }

  struct NodeEndpoint: Message {
    var nodeID: Int32 = 0
    var host: String = ""
    var port: Int32 = 0
    var rack: String? = nil

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("NodeId", .since(10), &nodeID)
      try v.field("Host", .since(10), &host)
      try v.field("Port", .since(10), &port)
      try v.field("Rack", .since(10), nullable: .since(10), &rack)
    }
  }
}
