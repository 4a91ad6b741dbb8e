import Testing

@testable import Capture

/// Chains that are applied once a table, beside the same ones applied record by record.
@Suite struct TransformRoadsTests {
  struct Chain: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var settings: [String: String]
  }

  private static let kafka = "org.apache.kafka.connect.transforms."
  private static let router = ["transforms": "o", "transforms.o.type": "io.debezium.transforms.outbox.EventRouter"]

  static let chains: [Chain] = [
    Chain(
      testDescription: "topics",
      settings: [
        "transforms": "r", "transforms.r.type": kafka + "RegexRouter", "transforms.r.regex": "golden\\.(.*)",
        "transforms.r.replacement": "$1",
      ]),
    Chain(
      testDescription: "fields of the value",
      settings: [
        "transforms": "v", "transforms.v.type": kafka + "ReplaceField$Value", "transforms.v.include": "op,after,before",
        "transforms.v.renames": "op:operation",
      ]),
    Chain(
      testDescription: "fields of the key, then topics, under predicates",
      settings: [
        "predicates": "c,t", "predicates.c.type": kafka + "predicates.TopicNameMatches",
        "predicates.c.pattern": "golden\\.public\\.customers",
        "predicates.t.type": kafka + "predicates.RecordIsTombstone", "transforms": "k,r", "transforms.k.type": kafka + "ReplaceField$Key",
        "transforms.k.renames": "id:customer", "transforms.k.predicate": "c", "transforms.r.type": kafka + "RegexRouter",
        "transforms.r.regex": "(.*)", "transforms.r.replacement": "all", "transforms.r.predicate": "t", "transforms.r.negate": "true",
      ]),
    Chain(
      testDescription: "headers",
      settings: [
        "predicates": "h", "predicates.h.type": kafka + "predicates.HasHeaderKey", "predicates.h.name": "__debezium.oldkey",
        "transforms": "r",
        "transforms.r.type": kafka + "RegexRouter", "transforms.r.regex": "(.*)", "transforms.r.replacement": "moved",
        "transforms.r.predicate": "h",
      ]),
  ]

  static let outboxes: [Chain] = [
    Chain(testDescription: "events", settings: router),
    Chain(
      testDescription: "events with headers and partitions",
      settings: router.merging([
        "transforms.o.table.fields.additional.placement": "type:header:eventType,part:partition,part:header",
        "transforms.o.route.topic.regex": "ord(.*)", "transforms.o.route.topic.replacement": "x$1",
      ]) { $1 }),
    Chain(
      testDescription: "events with fields beside the payload",
      settings: router.merging([
        "transforms.o.table.fields.additional.placement": "type:envelope,part:envelope:p", "transforms.o.table.field.event.key": "part",
        "transforms.o.route.by.field": "type",
      ]) { $1 }),
    Chain(
      testDescription: "events with tombstones, then topics",
      settings: [
        "predicates": "t", "predicates.t.type": kafka + "predicates.RecordIsTombstone", "transforms": "o,r",
        "transforms.o.type": "io.debezium.transforms.outbox.EventRouter", "transforms.o.route.tombstone.on.empty.payload": "true",
        "transforms.o.table.fields.additional.placement": "absent:header,type:header",
        "transforms.o.table.field.additional.missing": "ignore",
        "transforms.r.type": kafka + "RegexRouter", "transforms.r.regex": "(.*)", "transforms.r.replacement": "$1.gone",
        "transforms.r.predicate": "t",
      ]),
  ]

  private static let plain = ["key.converter.schemas.enable": "false"]
  private static let strings = ["key.converter": ConnectorKeys.stringConverter, "value.converter": ConnectorKeys.stringConverter]

  @Test(arguments: chains) func makeTheSameOfRows(_ chain: Chain) throws {
    let move = PgOutputBytes.message("U").int(UInt32(7)).tag("K").tuple(["1", nil]).tag("N").tuple(["2", "a"])
    let changes = [
      EncoderHarness.insert(["1", "a"]), EncoderHarness.insert(["2", nil]), EncoderHarness.update(["1", "b\"\u{e9}"]), move,
      EncoderHarness.delete(["1", nil]),
    ]
    let fast = try lines(chain.settings, EncoderHarness.customers, changes)
    #expect(fast.count > 4)
    #expect(try lines(chain.settings, EncoderHarness.customers, changes, looksInside: true) == fast)
  }

  @Test(arguments: outboxes, [plain, strings]) func makeTheSameOfEvents(_ chain: Chain, _ converters: [String: String]) throws {
    let isStruct = chain.settings.values.contains { $0.contains(":envelope") }
    guard converters == Self.plain || !isStruct else { return }
    let event: [String?] = ["u1", "order", "42", "Placed", #"{"a": 1}"#, "3"]
    var changes = [EncoderHarness.insert(event), EncoderHarness.update(event), EncoderHarness.delete(["u1", nil, nil, nil, nil, nil])]
    for payload in [nil, "null", #""""#, "[]", "7"] as [String?] {
      var other = event
      other[4] = payload
      other[5] = nil
      changes.append(EncoderHarness.insert(other))
    }
    let settings = chain.settings.merging(converters) { $1 }
    let fast = try lines(settings, EncoderHarness.outbox, changes)
    #expect(fast.count == 6)
    #expect(try lines(settings, EncoderHarness.outbox, changes, looksInside: true) == fast)
  }

  /// A transform that copies fields sees a null, and says itself whether a default stands for it; after it, the converter does.
  @Test(arguments: [(false, false, "null"), (true, false, #""none""#), (false, true, #""none""#)])
  func nullsReachTransforms(_ transformReplaces: Bool, _ converterReplaces: Bool, _ wanted: String) throws {
    let harness = try EncoderHarness([
      "transforms": "x,t", "transforms.x.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.t.type": Self.kafka + "InsertField$Value", "transforms.t.topic.field": "topic",
      "transforms.t.replace.null.with.default": "\(transformReplaces)", "value.converter": ConnectorKeys.jsonConverter,
      "value.converter.schemas.enable": "false", "value.converter.replace.null.with.default": "\(converterReplaces)",
    ])
    var table = EncoderHarness.customers
    table.columns[1].defaultExpression = "'none'::text"
    try harness.install(table)
    #expect(
      try harness.lines([EncoderHarness.insert(["1", nil])]) == [
        #"{"topic":"golden.public.customers","key":{"id":1},"headers":{},"value":{"id":1,"email":\#(wanted),"topic":"golden.public.customers"}}"#
      ])
  }

  @Test func messagesAreLookedInto() throws {
    let harness = try EncoderHarness([
      "transforms": "v", "transforms.v.type": Self.kafka + "ReplaceField$Value", "transforms.v.include": "after,op",
    ])
    try harness.install(EncoderHarness.customers)
    let message = PgOutputBytes.message("M").int(UInt8(1)).int(UInt64(5)).text("p").int(UInt32(2)).tag("h").tag("i")
    #expect(
      try harness.lines([message, EncoderHarness.insert(["1", "a"])]) == [
        #"{"topic":"golden.message","key":{"prefix":"p"},"headers":{},"value":{"op":"m"}}"#,
        #"{"topic":"golden.public.customers","key":{"id":1},"headers":{},"value":{"after":{"id":1,"email":"a"},"op":"c"}}"#,
      ])
  }

  private func lines(
    _ settings: [String: String], _ table: TableDescription, _ changes: [PgOutputBytes], looksInside: Bool = false
  ) throws -> [String] {
    let harness = try EncoderHarness(settings) { configuration in
      #expect(configuration.transformChain.isCompilable)
      guard looksInside else { return }
      for i in configuration.transformChain.steps.indices { configuration.transformChain.steps[i].compiled = nil }
    }
    try harness.install(table)
    return try harness.lines(changes)
  }
}
