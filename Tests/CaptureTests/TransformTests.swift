import Testing

@testable import Capture

@Suite struct TransformTests {
  private static let kafka = "org.apache.kafka.connect.transforms."
  private static let router = "io.debezium.transforms.outbox.EventRouter"
  private static let event: [String?] = ["u1", "order", "42", "Placed", #"{"a": 1}"#, "3"]

  @Test func replacesFieldsOfTheValue() throws {
    let harness = try EncoderHarness([
      "transforms": "v", "transforms.v.type": Self.kafka + "ReplaceField$Value", "transforms.v.include": "op,after,before",
      "transforms.v.renames": "op:operation",
    ])
    try harness.install(EncoderHarness.customers)
    #expect(
      try harness.lines([EncoderHarness.insert(["1", "a"]), EncoderHarness.delete(["1", nil])]) == [
        #"{"topic":"golden.public.customers","key":{"id":1},"headers":{},"value":{"before":null,"after":{"id":1,"email":"a"},"operation":"c"}}"#,
        #"{"topic":"golden.public.customers","key":{"id":1},"headers":{},"value":{"before":{"id":1,"email":null},"after":null,"operation":"d"}}"#,
        #"{"topic":"golden.public.customers","key":{"id":1},"headers":{},"value":null}"#,
      ])
  }

  @Test func routesTombstonesByPredicate() throws {
    let harness = try EncoderHarness([
      "predicates": "gone", "predicates.gone.type": Self.kafka + "predicates.RecordIsTombstone",
      "transforms": "r", "transforms.r.type": Self.kafka + "RegexRouter", "transforms.r.predicate": "gone",
      "transforms.r.regex": "(.*)", "transforms.r.replacement": "$1.gone",
    ])
    try harness.install(EncoderHarness.customers)
    let topics = try harness.lines([EncoderHarness.delete(["1", nil])]).map { $0.prefix { $0 != "," } }
    #expect(topics == [#"{"topic":"golden.public.customers""#, #"{"topic":"golden.public.customers.gone""#])
  }

  @Test func negatesAndLooksAtHeaders() throws {
    let harness = try EncoderHarness([
      "predicates": "moved", "predicates.moved.type": Self.kafka + "predicates.HasHeaderKey", "predicates.moved.name": "__debezium.newkey",
      "transforms": "r", "transforms.r.type": Self.kafka + "RegexRouter", "transforms.r.predicate": "moved", "transforms.r.negate": "true",
      "transforms.r.regex": "(.*)", "transforms.r.replacement": "other",
    ])
    try harness.install(EncoderHarness.customers)
    let change = PgOutputBytes.message("U").int(UInt32(7)).tag("K").tuple(["1", nil]).tag("N").tuple(["2", "a"])
    let topics = try harness.lines([change]).map { $0.prefix { $0 != "," } }
    #expect(topics == [#"{"topic":"golden.public.customers""#, #"{"topic":"golden.public.customers""#, #"{"topic":"other""#])
  }

  @Test func routesEventsWithStringConverters() throws {
    let harness = try EncoderHarness([
      "transforms": "o", "transforms.o.type": Self.router,
      "transforms.o.table.fields.additional.placement": "type:header:eventType,part:partition",
      "transforms.o.route.tombstone.on.empty.payload": "true",
      "key.converter": ConnectorKeys.stringConverter, "value.converter": ConnectorKeys.stringConverter,
    ])
    try harness.install(EncoderHarness.outbox)
    var empty = Self.event
    empty[4] = nil
    let lines = try harness.lines([
      EncoderHarness.insert(Self.event), EncoderHarness.insert(empty), EncoderHarness.delete(["u1", nil, nil, nil, nil, nil]),
    ])
    #expect(
      lines == [
        #"{"topic":"outbox.event.order","key":"42","headers":{"id":"u1","eventType":"Placed"},"value":"{\"a\": 1}"}"#,
        #"{"topic":"outbox.event.order","key":"42","headers":{"id":"u1","eventType":"Placed"},"value":null}"#,
      ])
  }

  @Test func transformsFollowTheRouter() throws {
    let harness = try EncoderHarness([
      "predicates": "orders", "predicates.orders.type": Self.kafka + "predicates.TopicNameMatches",
      "predicates.orders.pattern": "outbox\\.event\\.order",
      "transforms": "o,r", "transforms.o.type": Self.router, "transforms.r.type": Self.kafka + "RegexRouter",
      "transforms.r.predicate": "orders", "transforms.r.regex": ".*\\.(.*)", "transforms.r.replacement": "all-$1",
    ])
    try harness.install(EncoderHarness.outbox)
    var other = Self.event
    other[1] = "customer"
    let topics = try harness.lines([EncoderHarness.insert(Self.event), EncoderHarness.insert(other)]).map { $0.prefix { $0 != "," } }
    #expect(topics == [#"{"topic":"all-order""#, #"{"topic":"outbox.event.customer""#])
  }

  @Test func anUpdateOfAnOutbox() throws {
    let settings = ["transforms": "o", "transforms.o.type": Self.router]
    let lenient = try EncoderHarness(settings)
    try lenient.install(EncoderHarness.outbox)
    #expect(try lenient.lines([EncoderHarness.update(Self.event)]).isEmpty)
    let strict = try EncoderHarness(settings.merging(["transforms.o.table.op.invalid.behavior": "fatal"]) { $1 })
    try strict.install(EncoderHarness.outbox)
    #expect(throws: CaptureError.self) { try strict.lines([EncoderHarness.update(Self.event)]) }
  }

  @Test func aRouterOverAnotherTable() throws {
    let harness = try EncoderHarness(["transforms": "o", "transforms.o.type": Self.router])
    let error = #expect(throws: CaptureError.self) { try harness.install(EncoderHarness.customers) }
    #expect(error?.description.contains("aggregatetype") == true)
  }

  @Test func aRouteThatIsNull() throws {
    let harness = try EncoderHarness(["transforms": "o", "transforms.o.type": Self.router])
    try harness.install(EncoderHarness.outbox)
    var event = Self.event
    event[1] = nil
    #expect(throws: CaptureError.self) { try harness.lines([EncoderHarness.insert(event)]) }
  }

  @Test(
    arguments: [
      ("(.*)", "a.$1.z", "b", "a.b.z"), ("golden\\.(?<table>.*)", "${table}", "golden.x", "x"), ("a|ab", "X", "ab", "Xb"),
      ("nothing", "X", "b", nil), ("(a)(b)?", "$1$2c", "a", "ac"), ("(.)(.)", "$2\\$1", "ab", "b$1"), ("(x)", "$10", "x", "x0"),
    ] as [(String, String, String, String?)])
  func replacesAsJavaDoes(_ pattern: String, _ replacement: String, _ text: String, _ wanted: String?) throws {
    #expect(try NamePattern(pattern).replacing(text, with: replacement) == wanted)
  }

  @Test func patternsAreAnchored() throws {
    let pattern = try NamePattern("public\\.orders", caseInsensitive: true)
    #expect(pattern.matches("public.orders"))
    #expect(pattern.matches("Public.Orders"))
    #expect(!pattern.matches("public.orders_old"))
    #expect(!pattern.matches("x.public.orders"))
    #expect(NameFilter.split("a, b\\,c ,,d") == ["a", "b,c", "d"])
  }
}
