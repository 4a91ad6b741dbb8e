import ChangeEvents
import Foundation
import Testing

@testable import Capture

/// Schemas and the road of records that are looked into, without a database.
@Suite struct RecordSchemaTests {
  private func fields(_ line: String?, of part: String = "after") throws -> [String: [String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data((line ?? "").utf8)) as? [String: Any]
    let schema = (object?["value"] as? [String: Any])?["schema"] as? [String: Any]
    let row = (schema?["fields"] as? [[String: Any]])?.first { $0["field"] as? String == part }
    var result: [String: [String: Any]] = [:]
    for field in row?["fields"] as? [[String: Any]] ?? [] { result[field["field"] as? String ?? ""] = field }
    return result
  }

  private static func table(_ columns: [TableDescription.Column]) -> TableDescription {
    TableDescription(
      oid: 7, schema: "public", name: "t", identity: .default, columns: columns, keyColumns: ["id"], identityColumns: ["id"])
  }

  private static func column(
    _ name: String, _ type: UInt32, _ typmod: Int32 = -1, initial: String? = nil, comment: String? = nil, isOptional: Bool = true
  ) -> TableDescription.Column {
    .init(
      name: name, typeOID: type, typeModifier: typmod, isOptional: isOptional, defaultExpression: initial, comment: comment)
  }

  private static let id = column("id", 23, initial: "nextval('t_id_seq'::regclass)", isOptional: false)

  @Test func defaultsStandInSchemasAndForNulls() throws {
    let harness = try EncoderHarness(["converter.schemas.enable": "true"])
    try harness.install(
      Self.table([
        Self.id, Self.column("at", 1184, initial: "now()", isOptional: false), Self.column("n", 1700, (10 << 16 | 2) + 4, initial: "5"),
        Self.column("tags", 1009, initial: "'{}'::text[]"), Self.column("free", 1700, initial: "1"),
        Self.column("u", 2950, initial: "gen_random_uuid()"),
      ]))
    let line = try harness.lines([EncoderHarness.insert(["1", "2024-01-01 00:00:00+00", nil, nil, nil, nil])]).first
    let fields = try fields(line)
    #expect(fields["id"]?["default"] as? Int == 0)
    #expect(fields["at"]?["default"] as? String == "1970-01-01T00:00:00.000000Z")
    #expect(fields["n"]?["default"] as? String == "AfQ=")
    #expect(fields["tags"]?["default"] == nil)
    #expect(fields["free"]?["default"] == nil)
    #expect(fields["u"]?["default"] as? String == "00000000-0000-0000-0000-000000000000")
    #expect(line?.contains(#""n":"AfQ=","tags":null,"free":null,"u":"00000000-0000-0000-0000-000000000000"}"#) == true)
  }

  @Test func nullsStayWhereDefaultsAreNotWanted() throws {
    let harness = try EncoderHarness(["value.converter.replace.null.with.default": "false"])
    try harness.install(Self.table([Self.id, Self.column("n", 23, initial: "5")]))
    let line = try harness.lines([EncoderHarness.insert(["1", nil])]).first ?? ""
    #expect(line.contains(#""after":{"id":1,"n":null}"#))
    #expect(line.contains(#""snapshot":null,"db":"#))
  }

  @Test func decimalsAreNumbersWhereAsked() throws {
    let harness = try EncoderHarness(["value.converter.decimal.format": "NUMERIC"])
    try harness.install(Self.table([Self.id, Self.column("n", 1700, (10 << 16 | 2) + 4)]))
    let lines = try harness.lines([EncoderHarness.insert(["1", "-12.5"]), EncoderHarness.insert(["2", nil])])
    #expect(lines.first?.contains(#""after":{"id":1,"n":-12.50}"#) == true)
    #expect(lines.last?.contains(#""after":{"id":2,"n":null}"#) == true)
  }

  @Test func tellsTypesOfTheSource() throws {
    let harness = try EncoderHarness([
      "converter.schemas.enable": "true", "column.propagate.source.type": "public.t.(v|l)",
      "datatype.propagate.source.type": "public.t.numeric",
      "include.schema.comments": "true",
    ])
    try harness.install(
      Self.table([
        Self.id, Self.column("v", 1043, 24, comment: "said"), Self.column("n", 1700, (10 << 16 | 2) + 4), Self.column("x", 25),
        Self.column("l", 1015, 9),
      ]))
    let fields = try fields(try harness.lines([EncoderHarness.insert(["1", "a", "1", "b", "{c}"])]).first)
    #expect(
      fields["v"]?["parameters"] as? [String: String] == [
        "__debezium.source.column.type": "VARCHAR", "__debezium.source.column.length": "20", "__debezium.source.column.scale": "0",
        "__debezium.source.column.comment": "said", "__debezium.source.column.name": "v",
      ])
    #expect((fields["l"]?["parameters"] as? [String: String])?["__debezium.source.column.length"] == "5")
    #expect(fields["v"]?["doc"] as? String == "said")
    #expect((fields["n"]?["parameters"] as? [String: String])?["__debezium.source.column.length"] == "10")
    #expect(fields["x"]?["parameters"] == nil)
    #expect(fields["id"]?["parameters"] == nil)
  }

  @Test func namesAreAdjusted() throws {
    let harness = try EncoderHarness([
      "converter.schemas.enable": "true", "schema.name.adjustment.mode": "avro", "field.name.adjustment.mode": "avro_unicode",
      "topic.prefix": "my-shop",
    ])
    try harness.install(Self.table([Self.column("id", 23, isOptional: false), Self.column("a b", 25)]))
    let line = try harness.lines([EncoderHarness.insert(["1", "x"])]).first ?? ""
    #expect(line.contains(#""name":"my_shop.public.t.Envelope""#))
    #expect(line.contains(#""topic":"my-shop.public.t""#))
    #expect(line.contains(#""after":{"id":1,"a_u0020b":"x"}"#))
  }

  @Test func aChangedKeyStandsInHeadersWithItsSchema() throws {
    let harness = try EncoderHarness(["converter.schemas.enable": "true"])
    try harness.install(EncoderHarness.customers)
    let change = PgOutputBytes.message("U").int(UInt32(7)).tag("K").tuple(["1", nil]).tag("N").tuple(["2", "x"])
    let lines = try harness.lines([change])
    #expect(lines.count == 3)
    let header =
      #""__debezium.newkey":{"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"}],"optional":false,"#
    #expect(lines.first?.contains(header) == true)
    #expect(lines.first?.contains(#""name":"golden.public.customers.Key"},"payload":{"id":2}}"#) == true)
  }

  /// StringConverter has no form of its own for rows: such records are looked into, and nothing of them may change on that road.
  @Test func theRoadOfValuesWritesWhatTheOtherOneWrites() throws {
    let table = EncoderHarness.table(
      "t",
      [
        ("id", 23), ("f", 700), ("d", 701), ("n", 1700), ("b", 17), ("j", 3802), ("a", 1007), ("p", 600), ("at", 1184), ("l", 1000),
        ("u", 2950),
        ("iv", 1186),
      ], key: ["id"])
    let values: [String?] = [
      "1", "1.1", "1e+300", "123456789012345678901234567890.5", "\\xdeadbeef", #"{"k": "ü\n"}"#, "{1,NULL,3}", "(1.5,-2)",
      "2024-01-01 00:00:00.123456+09", "{t,f}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "1 day",
    ]
    let nulls = ["2"] + [String?](repeating: nil, count: values.count - 1)
    func lines(_ settings: [String: String]) throws -> [String] {
      let harness = try EncoderHarness(settings)
      try harness.install(table)
      return try harness.lines([EncoderHarness.insert(values), EncoderHarness.insert(nulls), EncoderHarness.delete(nulls)]).map {
        $0[($0.range(of: #""value":"#)?.lowerBound ?? $0.startIndex)...].description
      }
    }
    #expect(try lines([:]) == lines(["key.converter": "org.apache.kafka.connect.storage.StringConverter"]))
  }

  @Test func keysAndValuesAsText() throws {
    let harness = try EncoderHarness([
      "key.converter": "org.apache.kafka.connect.storage.StringConverter",
      "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    ])
    try harness.install(EncoderHarness.customers)
    let line = try harness.lines([EncoderHarness.insert(["1", "x"])]).first ?? ""
    #expect(line.contains(#""key":"Struct{id=1}""#))
    #expect(line.contains("Struct{after=Struct{id=1,email=x},source=Struct{version=1,connector=postgresql,name=golden,ts_ms="))
  }

  @Test func transactionsAreMarked() throws {
    let harness = try EncoderHarness(["provide.transaction.metadata": "true", "topic.transaction": "tx"])
    try harness.install(EncoderHarness.customers)
    let lines = try harness.lines([EncoderHarness.insert(["1", "x"]), EncoderHarness.insert(["2", "y"])])
    #expect(lines.count == 4)
    #expect(lines.first?.hasPrefix(#"{"topic":"golden.tx","key":{"id":"<txid>:<lsn>"},"headers":{},"value":{"status":"BEGIN""#) == true)
    #expect(lines[2].contains(#""transaction":{"id":"<txid>:<lsn>","total_order":2,"data_collection_order":2}"#))
    #expect(lines[3].contains(#""event_count":2,"data_collections":[{"data_collection":"public.customers","event_count":2}]"#))
  }

  @Test(
    arguments: [
      ("nextval('s'::regclass)", 23, "0"), ("CURRENT_TIMESTAMP", 1114, "1970-01-01 00:00:00"), ("'{}'::text[]", 1009, nil),
      ("now()", 25, ""),
      ("'a'::text", 25, "a"), ("12", 1700, "12"), ("'x'::bytea", 17, nil), ("true", 16, "t"), (nil, 23, nil), ("'5'::integer", 23, "5"),
      ("NULL::character varying", 1043, nil), ("(now() + '01:00:00'::interval)", 1184, "1970-01-01 00:00:00+00"),
    ] as [(String?, UInt32, String?)])
  func findsWhatStandsForANull(_ expression: String?, _ type: UInt32, _ wanted: String?) {
    #expect(DefaultExpression.text(expression, type: TypeCatalog()[type], typmod: -1) == wanted)
  }

  /// As their values are written.
  @Test func elementsOfArraysOfDomainsAreBytes() {
    let catalog = TypeCatalog([
      PostgresType(
        oid: 20_000, typname: "whole", typtype: "d", typcategory: "N", typelem: 0, typbasetype: 23, typtypmod: -1, labels: []),
      PostgresType(
        oid: 20_001, typname: "_whole", typtype: "b", typcategory: "A", typelem: 20_000, typbasetype: 0, typtypmod: -1, labels: []),
    ])
    var options = EncodingOptions()
    options.includeUnknownDatatypes = true
    #expect(ColumnSchema(catalog: catalog, options: options).schema(type: 20_001, typmod: -1) == .array(of: .bytes))
    options.binaryHandling = .hex
    #expect(ColumnSchema(catalog: catalog, options: options).schema(type: 20_001, typmod: -1) == .array(of: .string))
    #expect(ColumnSchema(catalog: catalog, options: options).schema(type: 20_000, typmod: -1) == .int32)
  }
}
