import Testing

@testable import Broker

/// DescribeConfigs, IncrementalAlterConfigs and AlterConfigs.
@Suite struct ConfigsRequestTests {
  typealias Described = DescribeConfigsResponse.DescribeConfigsResult
  typealias Config = IncrementalAlterConfigsRequest.AlterConfigsResource.AlterableConfig

  let fixture = CatalogueFixture()

  func describe(_ type: Int8, _ name: String, keys: [String]? = nil, synonyms: Bool = false, documentation: Bool = false) throws
    -> Described
  {
    var response: DescribeConfigsResponse?
    let request = DescribeConfigsRequest(
      resources: [.init(resourceType: type, resourceName: name, configurationKeys: keys)], includeSynonyms: synonyms,
      includeDocumentation: documentation)
    try fixture.requests.handle(request, fixture.context(4)) { response = $0 }
    return try #require(response?.results.first)
  }

  func alter(_ type: Int8, _ name: String, _ configs: Config..., validateOnly: Bool = false) throws -> ErrorCode {
    var response: IncrementalAlterConfigsResponse?
    let request = IncrementalAlterConfigsRequest(
      resources: [.init(resourceType: type, resourceName: name, configs: configs)], validateOnly: validateOnly)
    try fixture.requests.handle(request, fixture.context(1)) { response = $0 }
    return try #require(response?.responses.first).errorCode
  }

  func set(_ name: String, _ value: String?) -> Config { Config(name: name, configOperation: 0, value: value) }
  func delete(_ name: String) -> Config { Config(name: name, configOperation: 1, value: nil) }
  func append(_ name: String, _ value: String) -> Config { Config(name: name, configOperation: 2, value: value) }
  func subtract(_ name: String, _ value: String) -> Config { Config(name: name, configOperation: 3, value: value) }

  @Test("a topic's configurations are all shown, or those that were asked for")
  func topic() throws {
    try fixture.create("a", ["retention.ms": "5"])
    #expect(try describe(2, "a").configs.count == TopicConfigurationKey.all.count)
    #expect(try describe(2, "a", keys: []).configs.count == TopicConfigurationKey.all.count)
    let config = try #require(try describe(2, "a", keys: ["retention.ms", "none"], synonyms: true, documentation: true).configs.first)
    #expect(config.value == "5")
    #expect(config.configSource == 1)
    #expect(config.configType == 5)
    #expect(config.readOnly == false)
    #expect(config.documentation?.isEmpty == false)
    #expect(config.synonyms == [.init(name: "retention.ms", value: "5", source: 1)])
    let plain = try #require(try describe(2, "a", keys: ["segment.bytes"]).configs.first)
    #expect(plain.synonyms.isEmpty)
    #expect(plain.documentation == nil)
    #expect(plain.configSource == 5)
    let synonyms = try describe(2, "a", keys: ["segment.bytes"], synonyms: true).configs.first?.synonyms
    #expect(synonyms == [.init(name: "log.segment.bytes", value: "1073741824", source: 5)])
  }

  @Test("resources that are not there are refused")
  func unknown() throws {
    #expect(try describe(2, "a").errorCode == .unknownTopicOrPartition)
    #expect(try describe(2, "a b").errorCode == .invalidTopic)
    #expect(try describe(4, "2").errorCode == .invalidRequest)
    #expect(try describe(4, "x").errorCode == .invalidRequest)
    #expect(try describe(8, "1").errorCode == .invalidRequest)
    #expect(try describe(3, "x").errorCode == .invalidRequest)
    #expect(try alter(2, "a", set("retention.ms", "1")) == .unknownTopicOrPartition)
    #expect(try alter(2, "", set("retention.ms", "1")) == .invalidRequest)
    #expect(try alter(4, "2", set("log.retention.ms", "1")) == .invalidRequest)
    #expect(try alter(9, "2") == .invalidRequest)
  }

  @Test("the broker shows what it was started with, read-only, and the defaults of topics, which can be set")
  func broker() throws {
    let configs = try describe(4, "1").configs
    #expect(configs.first { $0.name == "node.id" }?.value == "1")
    #expect(configs.first { $0.name == "node.id" }?.readOnly == true)
    #expect(configs.first { $0.name == "log.cleanup.policy" }?.readOnly == false)
    #expect(try describe(4, "").configs.isEmpty)
  }

  @Test("a topic's configuration counts at once and after a restart, until it is deleted")
  func alterTopic() throws {
    try fixture.create("a", partitions: 2)
    #expect(try alter(2, "a", set("retention.ms", "5"), set("max.message.bytes", "100")) == .none)
    #expect(try fixture.catalogue.log("a", 1)?.configuration.retentionMillis == 5)
    fixture.restart()
    #expect(try fixture.catalogue.log("a", 1)?.configuration.retentionMillis == 5)
    #expect(try alter(2, "a", delete("retention.ms"), delete("segment.ms")) == .none)
    #expect(try fixture.catalogue.log("a", 0)?.configuration.retentionMillis == LogConfiguration().retentionMillis)
    #expect(try fixture.catalogue.log("a", 0)?.configuration.maxMessageBytes == 100)
  }

  @Test("lists are appended to and subtracted from, starting with the default")
  func lists() throws {
    try fixture.create("a")
    #expect(try alter(2, "a", append("cleanup.policy", "compact")) == .none)
    #expect(try fixture.catalogue.topicConfiguration("a").overrides == ["cleanup.policy": "delete,compact"])
    #expect(try alter(2, "a", append("cleanup.policy", "compact")) == .none)
    #expect(try alter(2, "a", subtract("cleanup.policy", "delete")) == .none)
    #expect(try fixture.catalogue.topicConfiguration("a").overrides == ["cleanup.policy": "compact"])
    #expect(try alter(2, "a", append("retention.ms", "1")) == .invalidConfig)
    #expect(try alter(2, "a", append("no.such", "1")) == .invalidConfig)
  }

  @Test("an invalid change changes nothing, and one that only validates neither")
  func refused() throws {
    try fixture.create("a")
    #expect(try alter(2, "a", set("retention.ms", "5"), set("segment.ms", "0")) == .invalidConfig)
    #expect(try alter(2, "a", set("retention.ms", nil)) == .invalidRequest)
    #expect(try alter(2, "a", set("retention.ms", "5"), set("retention.ms", "6")) == .invalidRequest)
    #expect(try alter(2, "a", Config(name: "retention.ms", configOperation: 9, value: "5")) == .invalidRequest)
    #expect(try alter(2, "a", set("retention.ms", "5"), validateOnly: true) == .none)
    #expect(try fixture.catalogue.topicConfiguration("a").overrides.isEmpty)
  }

  @Test("an internal topic stays compacted")
  func internalTopic() throws {
    _ = try fixture.catalogue.internalLog(TopicName.consumerOffsets)
    #expect(try alter(2, TopicName.consumerOffsets, set("cleanup.policy", "delete")) == .invalidConfig)
    #expect(try alter(2, TopicName.consumerOffsets, delete("cleanup.policy")) == .invalidConfig)
    #expect(try alter(2, TopicName.consumerOffsets, set("segment.bytes", "1048576")) == .none)
  }

  @Test("a resource that is named again is not described again")
  func describedTwice() throws {
    var response: DescribeConfigsResponse?
    let request = DescribeConfigsRequest(resources: Array(repeating: .init(resourceType: 4, resourceName: "1"), count: 3))
    try fixture.requests.handle(request, fixture.context(4)) { response = $0 }
    #expect(response?.results.map(\.errorCode) == [.none, .invalidRequest, .invalidRequest])
  }

  @Test("values and names of any length are answered within what the oldest version can carry")
  func long() throws {
    try fixture.create("a")
    let long = String(repeating: "delete,", count: 10_000)
    #expect(try alter(2, "a", set("cleanup.policy", long)) == .invalidConfig)
    let error = refusal { try fixture.catalogue.setConfiguration(of: "a", to: [long: "1"]) }
    #expect(error?.message?.utf8.count == 2000)
  }

  @Test("a resource that is named twice is refused both times")
  func twice() throws {
    try fixture.create("a")
    var response: IncrementalAlterConfigsResponse?
    let request = IncrementalAlterConfigsRequest(resources: [
      .init(resourceType: 2, resourceName: "a", configs: [set("retention.ms", "5")]),
      .init(resourceType: 2, resourceName: "a", configs: [set("segment.ms", "5")]),
    ])
    try fixture.requests.handle(request, fixture.context(1)) { response = $0 }
    #expect(response?.responses.map(\.errorCode) == [.invalidRequest, .invalidRequest])
  }

  @Test("defaults of topics set at the broker count for topics without their own, at once and after a restart")
  func alterBroker() throws {
    try fixture.create("a")
    try fixture.create("b", ["retention.ms": "7"])
    #expect(try alter(4, "", set("log.retention.ms", "5")) == .none)
    #expect(try fixture.catalogue.log("a", 0)?.configuration.retentionMillis == 5)
    #expect(try alter(4, "1", set("log.retention.ms", "6")) == .none)
    #expect(try fixture.catalogue.log("a", 0)?.configuration.retentionMillis == 6)
    #expect(try fixture.catalogue.log("b", 0)?.configuration.retentionMillis == 7)
    #expect(try describe(4, "").configs.map(\.configSource) == [3])
    #expect(try describe(4, "1", keys: ["log.retention.ms"]).configs.map(\.configSource) == [2])
    fixture.restart()
    #expect(try fixture.catalogue.log("a", 0)?.configuration.retentionMillis == 6)
    #expect(try alter(4, "1", delete("log.retention.ms")) == .none)
    #expect(try fixture.catalogue.log("a", 0)?.configuration.retentionMillis == 5)
  }

  @Test("what the broker was started with cannot be changed, nor what it does not know")
  func readOnly() throws {
    #expect(try alter(4, "1", set("num.partitions", "5")) == .invalidRequest)
    #expect(try alter(4, "1", set("no.such", "5")) == .invalidRequest)
    #expect(try alter(4, "1", set("log.retention.ms", "soon")) == .invalidRequest)
    #expect(
      try alter(4, "1", set("log.cleaner.min.compaction.lag.ms", "5"), set("log.cleaner.max.compaction.lag.ms", "4")) == .invalidRequest)
  }

  @Test("AlterConfigs replaces all of a topic's configurations")
  func legacy() throws {
    try fixture.create("a", ["retention.ms": "5"])
    func alter(_ configs: [AlterConfigsRequest.AlterConfigsResource.AlterableConfig], validateOnly: Bool = false) throws -> ErrorCode? {
      var response: AlterConfigsResponse?
      let request = AlterConfigsRequest(
        resources: [.init(resourceType: 2, resourceName: "a", configs: configs)], validateOnly: validateOnly)
      try fixture.requests.handle(request, fixture.context(2)) { response = $0 }
      return response?.responses.first?.errorCode
    }
    #expect(try alter([.init(name: "segment.ms", value: "5")], validateOnly: true) == ErrorCode.none)
    #expect(try fixture.catalogue.topicConfiguration("a").overrides == ["retention.ms": "5"])
    #expect(try alter([.init(name: "segment.ms", value: "5")]) == ErrorCode.none)
    #expect(try fixture.catalogue.topicConfiguration("a").overrides == ["segment.ms": "5"])
    #expect(try alter([.init(name: "segment.ms", value: nil)]) == .invalidRequest)
    #expect(try alter([.init(name: "segment.ms", value: "x")]) == .invalidConfig)
  }
}
