/// Fetch request, API key 1 (Kafka protocol guide, "Fetch API").
struct FetchRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 4...18
  static let flexibleSince: Int16 = 12

  var clusterID: String? = nil
  var replicaID: Int32 = -1
  var replicaState: ReplicaState = ReplicaState()
  var maxWaitMilliseconds: Int32 = 0
  var minBytes: Int32 = 0
  var maxBytes: Int32 = .max
  var isolationLevel: Int8 = 0
  var sessionID: Int32 = 0
  var sessionEpoch: Int32 = -1
  var topics: [FetchTopic] = []
  var forgottenTopicsData: [ForgottenTopic] = []
  var rackID: String = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ReplicaId", .upTo(14), &replicaID)
    try v.field("MaxWaitMs", .all, &maxWaitMilliseconds)
    try v.field("MinBytes", .all, &minBytes)
    try v.field("MaxBytes", .since(3), &maxBytes)
    try v.field("IsolationLevel", .since(4), &isolationLevel)
    try v.field("SessionId", .since(7), &sessionID)
    try v.field("SessionEpoch", .since(7), &sessionEpoch)
    try v.field("Topics", .all, &topics)
    try v.field("ForgottenTopicsData", .since(7), &forgottenTopicsData)
    try v.field("RackId", .since(11), &rackID)
  }

  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.tag(0, "ClusterId", .since(12), &clusterID)
    try v.tag(1, "ReplicaState", .since(15), &replicaState)
  }

  struct ReplicaState: Message {
    var replicaID: Int32 = -1
    var replicaEpoch: Int64 = -1

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ReplicaId", .since(15), &replicaID)
      try v.field("ReplicaEpoch", .since(15), &replicaEpoch)
    }
  }

  struct FetchTopic: Message {
    var topic: String = ""
    var topicID: KafkaUUID = .zero
    var partitions: [FetchPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Topic", .upTo(12), &topic)
      try v.field("TopicId", .since(13), &topicID)
      try v.field("Partitions", .all, &partitions)
    }

    struct FetchPartition: Message {
      var partition: Int32 = 0
      var currentLeaderEpoch: Int32 = -1
      var fetchOffset: Int64 = 0
      var lastFetchedEpoch: Int32 = -1
      var logStartOffset: Int64 = -1
      var partitionMaxBytes: Int32 = 0
      var replicaDirectoryID: KafkaUUID = .zero
      var highWatermark: Int64 = .max

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Partition", .all, &partition)
        try v.field("CurrentLeaderEpoch", .since(9), &currentLeaderEpoch)
        try v.field("FetchOffset", .all, &fetchOffset)
        try v.field("LastFetchedEpoch", .since(12), &lastFetchedEpoch)
        try v.field("LogStartOffset", .since(5), &logStartOffset)
        try v.field("PartitionMaxBytes", .all, &partitionMaxBytes)
      }

      mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.tag(0, "ReplicaDirectoryId", .since(17), &replicaDirectoryID, default: .zero)
        try v.tag(1, "HighWatermark", .since(18), &highWatermark, default: .max)
      }
    }
  }

  struct ForgottenTopic: Message {
    var topic: String = ""
    var topicID: KafkaUUID = .zero
    var partitions: [Int32] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Topic", .only(7...12), &topic)
      try v.field("TopicId", .since(13), &topicID)
      try v.field("Partitions", .since(7), &partitions)
    }
  }
}
