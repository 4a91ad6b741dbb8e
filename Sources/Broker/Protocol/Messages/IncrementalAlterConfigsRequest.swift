/// IncrementalAlterConfigs request, API key 44 (Kafka protocol guide, "IncrementalAlterConfigs API").
struct IncrementalAlterConfigsRequest: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...1
  static let flexibleSince: Int16 = 1

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
      var configOperation: Int8 = 0
      var value: String? = ""

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .all, &name)
        try v.field("ConfigOperation", .all, &configOperation)
        try v.field("Value", .all, nullable: .all, &value)
      }
    }
  }
}
