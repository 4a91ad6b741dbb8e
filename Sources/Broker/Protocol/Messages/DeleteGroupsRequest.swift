/// DeleteGroups request, API key 42 (Kafka protocol guide, "DeleteGroups API").
struct DeleteGroupsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 2

  var groupsNames: [String] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("GroupsNames", .all, &groupsNames)
  }
}
