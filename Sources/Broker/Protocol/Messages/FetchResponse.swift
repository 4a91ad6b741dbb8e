internal import NIOCore

/// Fetch response, API key 1 (Kafka protocol guide, "Fetch API").
struct FetchResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 4...18
  static let flexibleSince: Int16 = 12

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var sessionID: Int32 = 0
  var responses: [FetchableTopicResponse] = []
  var nodeEndpoints: [NodeEndpoint] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .since(7), &errorCode)
    try v.field("SessionId", .since(7), &sessionID)
    try v.field("Responses", .all, &responses)
  }

  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.tag(0, "NodeEndpoints", .since(16), &nodeEndpoints)
  }

  struct FetchableTopicResponse: Message {
    var topic: String = ""
    var topicID: KafkaUUID = .zero
    var partitions: [PartitionData] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Topic", .upTo(12), &topic)
      try v.field("TopicId", .since(13), &topicID)
      try v.field("Partitions", .all, &partitions)
    }

    struct PartitionData: Message {
      var partitionIndex: Int32 = 0
      var errorCode: ErrorCode = .none
      var highWatermark: Int64 = 0
      var lastStableOffset: Int64 = -1
      var logStartOffset: Int64 = -1
      var divergingEpoch: EpochEndOffset = EpochEndOffset()
      var currentLeader: LeaderIdAndEpoch = LeaderIdAndEpoch()
      var snapshotID: SnapshotId = SnapshotId()
      var abortedTransactions: [AbortedTransaction]? = []
      var preferredReadReplica: Int32 = -1
      var records: ByteBuffer? = nil

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("ErrorCode", .all, &errorCode)
        try v.field("HighWatermark", .all, &highWatermark)
        try v.field("LastStableOffset", .since(4), &lastStableOffset)
        try v.field("LogStartOffset", .since(5), &logStartOffset)
        try v.field("AbortedTransactions", .since(4), nullable: .since(4), &abortedTransactions)
        try v.field("PreferredReadReplica", .since(11), &preferredReadReplica)
        try v.field("Records", .all, nullable: .all, &records)
      }

      mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.tag(0, "DivergingEpoch", .since(12), &divergingEpoch)
        try v.tag(1, "CurrentLeader", .since(12), &currentLeader)
        try v.tag(2, "SnapshotId", .since(12), &snapshotID)
      }

      struct EpochEndOffset: Message {
        var epoch: Int32 = -1
        var endOffset: Int64 = -1

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("Epoch", .since(12), &epoch)
          try v.field("EndOffset", .since(12), &endOffset)
        }
      }

      struct LeaderIdAndEpoch: Message {
        var leaderID: Int32 = -1
        var leaderEpoch: Int32 = -1

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("LeaderId", .since(12), &leaderID)
          try v.field("LeaderEpoch", .since(12), &leaderEpoch)
        }
      }

      struct SnapshotId: Message {
        var endOffset: Int64 = -1
        var epoch: Int32 = -1

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("EndOffset", .all, &endOffset)
          try v.field("Epoch", .all, &epoch)
        }
      }

      struct AbortedTransaction: Message {
        var producerID: Int64 = 0
        var firstOffset: Int64 = 0

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("ProducerId", .since(4), &producerID)
          try v.field("FirstOffset", .since(4), &firstOffset)
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
      try v.field("NodeId", .since(16), &nodeID)
      try v.field("Host", .since(16), &host)
      try v.field("Port", .since(16), &port)
      try v.field("Rack", .since(16), nullable: .since(16), &rack)
    }
  }
}
