/// CreatePartitions request, API key 37 (Kafka protocol guide, "CreatePartitions API").
struct CreatePartitionsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...3
  static let flexibleSince: Int16 = 2

  var topics: [CreatePartitionsTopic] = []
  var timeoutMilliseconds: Int32 = 0
  var validateOnly: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Topics", .all, &topics)
    try v.field("TimeoutMs", .all, &timeoutMilliseconds)
    try v.field("ValidateOnly", .all, &validateOnly)
  }

  struct CreatePartitionsTopic: Message {
    var name: String = ""
    var count: Int32 = 0
    var assignments: [CreatePartitionsAssignment]? = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .all, &name)
      try v.field("Count", .all, &count)
      try v.field("Assignments", .all, nullable: .all, &assignments)
    }

    struct CreatePartitionsAssignment: Message {
      var brokerIDs: [Int32] = []

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("BrokerIds", .all, &brokerIDs)
      }
    }
  }
}
