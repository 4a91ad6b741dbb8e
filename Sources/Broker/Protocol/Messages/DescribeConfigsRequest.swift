/// DescribeConfigs request, API key 32 (Kafka protocol guide, "DescribeConfigs API").
struct DescribeConfigsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...4
  static let flexibleSince: Int16 = 4

  var resources: [DescribeConfigsResource] = []
  var includeSynonyms: Bool = false
  var includeDocumentation: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Resources", .all, &resources)
    try v.field("IncludeSynonyms", .since(1), &includeSynonyms)
    try v.field("IncludeDocumentation", .since(3), &includeDocumentation)
  }

  struct DescribeConfigsResource: Message {
    var resourceType: Int8 = 0
    var resourceName: String = ""
    var configurationKeys: [String]? = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ResourceType", .all, &resourceType)
      try v.field("ResourceName", .all, &resourceName)
      try v.field("ConfigurationKeys", .all, nullable: .all, &configurationKeys)
    }
  }
}
