/// ListGroups request, API key 16 (Kafka protocol guide, "ListGroups API").
struct ListGroupsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...5
  static let flexibleSince: Int16 = 3

  var statesFilter: [String] = []
  var typesFilter: [String] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("StatesFilter", .since(4), &statesFilter)
    try v.field("TypesFilter", .since(5), &typesFilter)
  }
}
