/// DescribeConfigs response, API key 32 (Kafka protocol guide, "DescribeConfigs API").
struct DescribeConfigsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 1...4
  static let flexibleSince: Int16 = 4

  var throttleTimeMilliseconds: Int32 = 0
  var results: [DescribeConfigsResult] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ThrottleTimeMs", .all, &throttleTimeMilliseconds)
    try v.field("Results", .all, &results)
  }

  struct DescribeConfigsResult: Message {
    var errorCode: ErrorCode = .none
    var errorMessage: String? = ""
    var resourceType: Int8 = 0
    var resourceName: String = ""
    var configs: [DescribeConfigsResourceResult] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ErrorCode", .all, &errorCode)
      try v.field("ErrorMessage", .all, nullable: .all, &errorMessage)
      try v.field("ResourceType", .all, &resourceType)
      try v.field("ResourceName", .all, &resourceName)
      try v.field("Configs", .all, &configs)
    }

    struct DescribeConfigsResourceResult: Message {
      var name: String = ""
      var value: String? = ""
      var readOnly: Bool = false
      var configSource: Int8 = -1
      var isSensitive: Bool = false
      var synonyms: [DescribeConfigsSynonym] = []
      var configType: Int8 = 0
      var documentation: String? = ""

      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
        try v.field("Name", .all, &name)
        try v.field("Value", .all, nullable: .all, &value)
        try v.field("ReadOnly", .all, &readOnly)
        try v.field("ConfigSource", .since(1), &configSource)
        try v.field("IsSensitive", .all, &isSensitive)
        try v.field("Synonyms", .since(1), &synonyms)
        try v.field("ConfigType", .since(3), &configType)
        try v.field("Documentation", .since(3), nullable: .all, &documentation)
      }

      struct DescribeConfigsSynonym: Message {
        var name: String = ""
        var value: String? = ""
        var source: Int8 = 0

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
          try v.field("Name", .since(1), &name)
          try v.field("Value", .since(1), nullable: .all, &value)
          try v.field("Source", .since(1), &source)
        }
      }
    }
  }
}
