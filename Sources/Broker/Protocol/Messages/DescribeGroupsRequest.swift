/// DescribeGroups request, API key 15 (Kafka protocol guide, "DescribeGroups API").
struct DescribeGroupsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...6
  static let flexibleSince: Int16 = 5

  var groups: [String] = []
  var includeAuthorizedOperations: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Groups", .all, &groups)
    try v.field("IncludeAuthorizedOperations", .since(3), &includeAuthorizedOperations)
  }
}
