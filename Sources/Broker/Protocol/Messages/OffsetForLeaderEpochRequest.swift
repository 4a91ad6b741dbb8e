/// OffsetForLeaderEpoch request, API key 23 (Kafka protocol guide, "OffsetForLeaderEpoch API").
struct OffsetForLeaderEpochRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 2...4
  static let flexibleSince: Int16 = 4

  var replicaID: Int32 = -2
  var topics: [OffsetForLeaderTopic] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ReplicaId", .since(3), &replicaID)
    try v.field("Topics", .all, &topics)
  }

  struct OffsetForLeaderTopic: Message {
    var topic: String = ""
    var partitions: [OffsetForLeaderPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Topic", .all, &topic)
      try v.field("Partitions", .all, &partitions)
    }

    struct OffsetForLeaderPartition: Message {
      var partition: Int32 = 0
      var currentLeaderEpoch: Int32 = -1
      var leaderEpoch: Int32 = 0

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Partition", .all, &partition)
        try v.field("CurrentLeaderEpoch", .since(2), &currentLeaderEpoch)
        try v.field("LeaderEpoch", .all, &leaderEpoch)
      }
    }
  }
}
