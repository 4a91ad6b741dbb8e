/// DeleteRecords request, API key 21 (Kafka protocol guide, "DeleteRecords API").
struct DeleteRecordsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 2

  var topics: [DeleteRecordsTopic] = []
  var timeoutMilliseconds: Int32 = 0

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Topics", .all, &topics)
    try v.field("TimeoutMs", .all, &timeoutMilliseconds)
  }

  struct DeleteRecordsTopic: Message {
    var name: String = ""
    var partitions: [DeleteRecordsPartition] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Partitions", .all, &partitions)
    }

    struct DeleteRecordsPartition: Message {
      var partitionIndex: Int32 = 0
      var offset: Int64 = 0

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("PartitionIndex", .all, &partitionIndex)
        try v.field("Offset", .all, &offset)
      }
    }
  }
}
