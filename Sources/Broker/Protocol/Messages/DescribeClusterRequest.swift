/// DescribeCluster request, API key 60 (Kafka protocol guide, "DescribeCluster API").
struct DescribeClusterRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 0

  var includeClusterAuthorizedOperations: Bool = false
  var endpointType: Int8 = 1
  var includeFencedBrokers: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("IncludeClusterAuthorizedOperations", .all, &includeClusterAuthorizedOperations)
    try v.field("EndpointType", .since(1), &endpointType)
    try v.field("IncludeFencedBrokers", .since(2), &includeFencedBrokers)
  }
}
