import Postgres
import Testing

@testable import Capture

/// Which columns, keys and topics the connector file's expressions mean.
@Suite struct ColumnSettingsTests {
  private func harness(_ settings: [String: String]) throws -> EncoderHarness {
    let harness = try EncoderHarness(settings)
    try harness.install(EncoderHarness.customers)
    return harness
  }

  @Test func aMaskedColumnIsMaskedInBothImagesAndNotInTheKey() throws {
    let harness = try EncoderHarness([
      "column.mask.with.4.chars": "PUBLIC\\.customers\\.(email|id)", "message.key.columns": "public.customers:email",
    ])
    try harness.install(
      EncoderHarness.table("customers", [("id", 23), ("email", 25)], key: ["id"], identity: .full))
    let lines = try harness.lines([
      .message("U").int(UInt32(7)).tag("O").tuple(["1", "old"]).tag("N").tuple(["1", "old"])
    ])
    #expect(lines[0].contains(#""before":{"id":1,"email":"****"},"after":{"id":1,"email":"****"}"#))
    #expect(lines[0].contains(#""key":{"email":"old"}"#))
  }

  @Test func theSchemaSaysThatAColumnIsMaskedAndTheKeysDoesNot() throws {
    let harness = try EncoderHarness([
      "column.mask.with.4.chars": ".*email", "message.key.columns": "public.customers:email",
      "value.converter": ConnectorKeys.jsonConverter, "value.converter.schemas.enable": "true",
      "key.converter": ConnectorKeys.jsonConverter, "key.converter.schemas.enable": "true",
    ])
    try harness.install(EncoderHarness.customers)
    let lines = try harness.lines([EncoderHarness.insert(["1", "a"])])
    #expect(lines[0].ranges(of: #""parameters":{"masked":"true"}"#).count == 2)
    #expect(lines[0].contains(#""payload":{"email":"a"}"#))
  }

  @Test func theFirstRuleInDebeziumsOrderCounts() throws {
    let lines = try harness(["column.mask.with.2.chars": "public.*", "column.truncate.to.3.chars": ".*email"]).lines([
      EncoderHarness.insert(["1", "abcdef"])
    ])
    #expect(lines[0].contains(#""email":"abc""#))
  }

  @Test(arguments: [
    "column.mask.with.x.chars", "column.mask.hash.SHA-256.salt.x", "column.mask.hash.v2.SHA-9.with.salt.x", "column.truncate.to.-1.chars",
    "column.mask.hash.SHA-256.with.salt.",
  ])
  func aKeyOfAnotherFormIsRefused(_ key: String) {
    #expect(throws: CaptureError.self) { try EncoderHarness([key: "public.customers.email"]) }
  }

  @Test func aSaltIsNotShown() throws {
    let error = #expect(throws: CaptureError.self) {
      try EncoderHarness(["column.mask.hash.SHA-9.with.salt.pepper": "public.customers.email"])
    }
    #expect(try #require(error).description.contains("pepper") == false)
  }

  @Test func keyColumnsStandInTheOrderOfTheirExpressions() throws {
    let settings = ["message.key.columns": " public.orders:id ; (.*).CUSTOMERS:email,i.* "]
    let lines = try harness(settings).lines([EncoderHarness.insert(["1", "a"])])
    #expect(lines[0].contains(#""key":{"email":"a","id":1}"#))
  }

  @Test(arguments: ["public.customers", "public.customers:", "public.customers:a,,b", ":id", "a:b:c"])
  func aMalformedKeyIsRefused(_ value: String) {
    #expect(throws: CaptureError.self) { try EncoderHarness(["message.key.columns": value]) }
  }

  @Test func anUpdateThatChangesNothingOfTheRecordIsLeftOut() throws {
    let harness = try EncoderHarness(["skip.messages.without.change": "true", "column.exclude.list": "public.customers.email"])
    try harness.install(EncoderHarness.table("customers", [("id", 23), ("email", 25)], key: ["id"], identity: .full))
    let lines = try harness.lines([
      .message("U").int(UInt32(7)).tag("O").tuple(["1", "old"]).tag("N").tuple(["1", "new"]),
      .message("U").int(UInt32(7)).tag("O").tuple(["1", "old"]).tag("N").tuple(["2", "new"]),
      // Without the old row nothing is known.
      EncoderHarness.update(["1", "old"]),
    ])
    #expect(harness.encoder.counters.unchanged == 1)
    #expect(lines.count == 4)
  }

  @Test(arguments: [
    ("io.debezium.schema.SchemaTopicNamingStrategy", "-", "p-public-größe", "p-public-gr__e"),
    ("io.debezium.schema.DefaultTopicNamingStrategy", ".", "größe", "p.gr__e"),
  ])
  func topicsFollowTheNamingStrategy(_ strategy: String, delimiter: String, _: String, topic: String) throws {
    let settings = [
      "topic.prefix": "p", "topic.delimiter": delimiter, "topic.naming.strategy": strategy, "database.hostname": "h", "database.user": "u",
      "database.dbname": "d",
    ]
    let configuration = try ConnectorConfiguration(ConnectorFile(name: "test", settings: settings))
    #expect(configuration.topics.changes(schema: "public", table: "größe") == topic)
    #expect(configuration.topics.heartbeats == "__debezium-heartbeat\(delimiter)p")
  }

  @Test func aTopicIsNeverTooLongAndNeverOnlyDots() {
    #expect(TopicName.sanitized(String(repeating: "x", count: 300)).count == 249)
    #expect(TopicName.sanitized("..") == "__")
    #expect(TopicName.sanitized("a b/🙂") == "a_b___")
  }

  @Test func aKeyThatWasChangedSinceIsReadFromTheIdentity() throws {
    let harness = try EncoderHarness()
    var table = EncoderHarness.customers
    let relation = table.relation
    // By the time the catalogue is read the key is another column, of a name that the stream does not know yet.
    table.columns[0].name = "number"
    table.keyColumns = ["number"]
    harness.encoder.install(try harness.planner.plan(relation, table: table, catalog: .init()))
    #expect(try harness.lines([EncoderHarness.insert(["1", "a"])])[0].contains(#""key":{"id":1}"#))
  }

  @Test(arguments: ["warn", "skip", "ignore"]) func aChangeThatCannotBeMadeARecordIsLeftOutWhereAsked(_ mode: String) throws {
    let settings = ["event.processing.failure.handling.mode": mode, "event.converting.failure.handling.mode": "fail"]
    let harness = try EncoderHarness(settings)
    try harness.install(EncoderHarness.customers)
    let lines = try harness.lines([
      EncoderHarness.insert(["1", "a"]), EncoderHarness.insert(["no number", "b"]), EncoderHarness.insert(["3", "c"]),
    ])
    #expect(lines.count == 2)
    #expect(harness.encoder.counters.erroneous > 0)
    let strict = try EncoderHarness(["event.converting.failure.handling.mode": "fail"])
    try strict.install(EncoderHarness.customers)
    #expect(throws: CaptureError.self) { try strict.lines([EncoderHarness.insert(["no number", "b"])]) }
  }

  @Test func identitiesAreReadFromTheirList() throws {
    let reader = SettingsReader(
      origin: "f", settings: ["replica.identity.autoset.values": "public.a:FULL, public.b.*:index By_Name ,public.bc:nothing"])
    let rules = try ReplicaIdentityRules(reader)
    #expect(try rules.identity(of: "public.A") == .full)
    #expect(try rules.identity(of: "public.b") == .index("By_Name"))
    #expect(try rules.identity(of: "public.z") == nil)
    #expect(throws: CaptureError.self) { try rules.identity(of: "public.bc") }
    #expect(throws: CaptureError.self) {
      try ReplicaIdentityRules(SettingsReader(origin: "f", settings: ["replica.identity.autoset.values": "public.a:SOME"]))
    }
  }
}
