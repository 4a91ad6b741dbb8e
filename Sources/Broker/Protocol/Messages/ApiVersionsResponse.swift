/// ApiVersions response, API key 18 (Kafka protocol guide, "ApiVersions API").
struct ApiVersionsResponse: BodyMessage {
  static let versions: ClosedRange<Int16> = 0...4
  static let flexibleSince: Int16 = 3

  var errorCode: ErrorCode = .none
  var apiKeys: [ApiVersion] = []
  var throttleTimeMilliseconds: Int32 = 0
  var supportedFeatures: [SupportedFeatureKey] = []
  var finalizedFeaturesEpoch: Int64 = -1
  var finalizedFeatures: [FinalizedFeatureKey] = []
  var zkMigrationReady: Bool = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.field("ErrorCode", .all, &errorCode)
    try v.field("ApiKeys", .all, &apiKeys)
    try v.field("ThrottleTimeMs", .since(1), &throttleTimeMilliseconds)
  }

  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
    try v.tag(0, "SupportedFeatures", .since(3), &supportedFeatures)
    try v.tag(1, "FinalizedFeaturesEpoch", .since(3), &finalizedFeaturesEpoch, default: -1)
    try v.tag(2, "FinalizedFeatures", .since(3), &finalizedFeatures)
    try v.tag(3, "ZkMigrationReady", .since(3), &zkMigrationReady, default: false)
  }

  struct ApiVersion: Message {
    var apiKey: Int16 = 0
    var minVersion: Int16 = 0
    var maxVersion: Int16 = 0

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("ApiKey", .all, &apiKey)
      try v.field("MinVersion", .all, &minVersion)
      try v.field("MaxVersion", .all, &maxVersion)
    }
  }

  struct SupportedFeatureKey: Message {
    var name: String = ""
    var minVersion: Int16 = 0
    var maxVersion: Int16 = 0

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .since(3), &name)
      try v.field("MinVersion", .since(3), &minVersion)
      try v.field("MaxVersion", .since(3), &maxVersion)
    }
  }

  struct FinalizedFeatureKey: Message {
    var name: String = ""
    var maxVersionLevel: Int16 = 0
    var minVersionLevel: Int16 = 0

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError) {
      try v.field("Name", .since(3), &name)
      try v.field("MaxVersionLevel", .since(3), &maxVersionLevel)
      try v.field("MinVersionLevel", .since(3), &minVersionLevel)
    }
  }
}
