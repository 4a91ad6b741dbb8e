/// FindCoordinator response, API key 10 (Kafka protocol guide, "FindCoordinator API").
struct FindCoordinatorResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...6
  static let flexibleSince: Int16 = 3

  var throttleTimeMilliseconds: Int32 = 0
  var errorCode: ErrorCode = .none
  var errorMessage: String? = ""
  var nodeID: Int32 = 0
  var host: String = ""
  var port: Int32 = 0
  var coordinators: [Coordinator] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
    try v.field("ErrorCode", .upTo(3), &errorCode)
    try v.field("ErrorMessage", .only(1...3), nullable: .only(1...3), &errorMessage)
    try v.field("NodeId", .upTo(3), &nodeID)
    try v.field("Host", .upTo(3), &host)
    try v.field("Port", .upTo(3), &port)
    try v.field("Coordinators", .since(4), &coordinators)
  }

  struct Coordinator: Message {
    var key: String = ""
    var nodeID: Int32 = 0
    var host: String = ""
    var port: Int32 = 0
    var errorCode: ErrorCode = .none
    var errorMessage: String? = ""

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Key", .since(4), &key)
      try v.field("NodeId", .since(4), &nodeID)
      try v.field("Host", .since(4), &host)
      try v.field("Port", .since(4), &port)
      try v.field("ErrorCode", .since(4), &errorCode)
      try v.field("ErrorMessage", .since(4), nullable: .since(4), &errorMessage)
    }
  }
}
