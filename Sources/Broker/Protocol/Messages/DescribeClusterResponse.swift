/// DescribeCluster response, API key 60 (Kafka protocol guide, "DescribeCluster API").
struct DescribeClusterResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 0

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var errorMessage: String? = nil
  var endpointType: Int8 = 1
  var clusterID: String = ""
  var controllerID: Int32 = -1
  var brokers: [DescribeClusterBroker] = []
  var clusterAuthorizedOperations: Int32 = -2147483648

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("ErrorMessage", .all, nullable: .all, &errorMessage)
    try v.field("EndpointType", .since(1), &endpointType)
    try v.field("ClusterId", .all, &clusterID)
    try v.field("ControllerId", .all, &controllerID)
    try v.field("Brokers", .all, &brokers)
    try v.field("ClusterAuthorizedOperations", .all, &clusterAuthorizedOperations)
  }

  struct DescribeClusterBroker: Message {
    var brokerID: Int32 = 0
    var host: String = ""
    var port: Int32 = 0
    var rack: String? = nil
    var isFenced: Bool = false

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("BrokerId", .all, &brokerID)
      try v.field("Host", .all, &host)
      try v.field("Port", .all, &port)
      try v.field("Rack", .all, nullable: .all, &rack)
      try v.field("IsFenced", .since(2), &isFenced)
    }
  }
}
