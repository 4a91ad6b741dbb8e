/// AlterConfigs request, API key 33 (Kafka protocol guide, "AlterConfigs API").
struct AlterConfigsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...2
  static let flexibleSince: Int16 = 2

  var resources: [AlterConfigsResource] = []
  var validateOnly: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("Resources", .all, &resources)
    try v.field("ValidateOnly", .all, &validateOnly)
  }

  struct AlterConfigsResource: Message {
    var resourceType: Int8 = 0
    var resourceName: String = ""
    var configs: [AlterableConfig] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ResourceType", .all, &resourceType)
      try v.field("ResourceName", .all, &resourceName)
      try v.field("Configs", .all, &configs)
    }

    struct AlterableConfig: Message {
      var name: String = ""
      var value: String? = ""

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .all, &name)
        try v.field("Value", .all, nullable: .all, &value)
      }
    }
  }
}
