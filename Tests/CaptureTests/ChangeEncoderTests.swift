import Postgres
import Testing

@testable import Capture

@Suite struct ChangeEncoderTests {
  @Test func writesNullWhereAValueCannotBeRepresented() throws {
    let table = EncoderHarness.table("t", [("id", 23), ("n", 1700)], key: ["id"])
    let warn = try EncoderHarness(["event.converting.failure.handling.mode": "skip"])
    try warn.install(table)
    let lines = try warn.lines([EncoderHarness.insert(["1", "NaN"]), EncoderHarness.insert(["2", "5"])])
    #expect(lines.count == 2)
    #expect(lines[0].contains(#""after":{"id":1,"n":null}"#))
    #expect(lines[1].contains(#""after":{"id":2,"n":{"#))
    #expect(warn.encoder.counters.erroneous == 1)
    let fail = try EncoderHarness(["event.converting.failure.handling.mode": "fail"])
    try fail.install(table)
    #expect(throws: CaptureError.self) { try fail.lines([EncoderHarness.insert(["1", "NaN"])]) }
  }

  @Test func sendsTruncatesWhenAsked() throws {
    let harness = try EncoderHarness(["skipped.operations": "none"])
    try harness.install(EncoderHarness.customers)
    let lines = try harness.lines([.message("T").int(UInt32(1)).int(UInt8(0)).int(UInt32(7))])
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""key":null"#) == true)
    #expect(lines.first?.contains(#""before":null,"after":null"#) == true)
    #expect(lines.first?.contains(#""op":"t""#) == true)
  }

  @Test func leavesOutColumnsAndTables() throws {
    let harness = try EncoderHarness(["column.exclude.list": "public.customers.email", "table.exclude.list": "public.secret.*"])
    try harness.install(EncoderHarness.customers)
    #expect(try harness.lines([EncoderHarness.insert(["1", "a"])]).first?.contains(#""after":{"id":1}"#) == true)
    try harness.install(EncoderHarness.table("secrets", [("id", 23)], key: ["id"]))
    #expect(try harness.lines([EncoderHarness.insert(["1"])]).isEmpty)
    #expect(harness.encoder.completed == nil)
    #expect(harness.encoder.lastCommit?.endLSN == LSN(rawValue: 210))
  }

  @Test func aTimeBeyondAllTimes() throws {
    let harness = try EncoderHarness()
    try harness.install(EncoderHarness.customers)
    let begin = PgOutputBytes.message("B").int(UInt64(200)).int(Int64.max).int(UInt32(7))
    #expect(try harness.lines([begin, EncoderHarness.insert(["1", "a"])]).count == 1)
  }

  @Test func aChangeOfAnUnknownRelation() throws {
    let harness = try EncoderHarness()
    #expect(throws: DecodingError.self) { try harness.lines([EncoderHarness.insert(["1"])]) }
  }

  @Test func noTombstonesWhenNotWanted() throws {
    let harness = try EncoderHarness(["tombstones.on.delete": "false"])
    try harness.install(EncoderHarness.customers)
    #expect(try harness.lines([EncoderHarness.delete(["1", nil])]).count == 1)
  }

  @Test(
    arguments: [
      ("'it''s'::text", "it's"), ("'a'::character varying(20)", "a"), ("0", "0"), ("(-1)", "-1"), ("1.50", "1.50"), ("'-1'::integer", "-1"),
      ("true", "t"), ("now()", nil), ("nextval('s'::regclass)", nil), ("('a'::text || 'b'::text)", nil), ("NULL::text", nil),
      ("'2024-01-01 00:00:00+00'::timestamp with time zone", "2024-01-01 00:00:00+00"), ("(1 + 1)", nil), ("'{}'::text[]", "{}"),
      ("CURRENT_TIMESTAMP", nil),
    ] as [(String, String?)])
  func readsConstantDefaults(_ expression: String, _ wanted: String?) {
    #expect(DefaultExpression.constant(expression) == wanted)
  }

  /// A value of the old row that cannot be represented takes nothing from the new one, and the other way round.
  @Test func onlyTheRowWhoseValueCannotBeRepresentedLosesIt() throws {
    let harness = try EncoderHarness(["tombstones.on.delete": "false"])
    let numbers: UInt32 = 1231
    try harness.install(EncoderHarness.table("t", [("id", 23), ("n", numbers)], key: ["id"], identity: .full))
    func update(_ old: String, _ new: String) -> PgOutputBytes {
      .message("U").int(UInt32(7)).tag("O").tuple(["1", old]).tag("N").tuple(["1", new])
    }
    let lines = try harness.lines([update("{NaN}", "{1.5}"), update("{1.5}", "{NaN}"), update("{NaN}", "{NaN}")])
    let five = #"[{"scale":1,"value":"Dw=="}]"#
    #expect(lines[0].contains(#""before":{"id":1,"n":null},"after":{"id":1,"n":\#(five)}"#), "\(lines[0])")
    #expect(lines[1].contains(#""before":{"id":1,"n":\#(five)},"after":{"id":1,"n":null}"#), "\(lines[1])")
    #expect(lines[2].contains(#""before":{"id":1,"n":null},"after":{"id":1,"n":null}"#), "\(lines[2])")
  }

  /// A partition whose identity is full beneath a root whose is not sends the whole old row as the root's key.
  @Test func anUnchangedLargeValueIsTakenFromAnyOldRowThatCarriesIt() throws {
    let harness = try EncoderHarness(["tombstones.on.delete": "false"])
    try harness.install(EncoderHarness.table("t", [("id", 23), ("big", 25)], key: ["id"]))
    func update(_ old: String?) -> PgOutputBytes {
      .message("U").int(UInt32(7)).tag("K").tuple(["1", old]).tag("N").tuple(["1", "\u{0}"])
    }
    let lines = try harness.lines([update("large"), update(nil)])
    #expect(lines[0].contains(#""after":{"id":1,"big":"large"}"#), "\(lines[0])")
    #expect(lines[1].contains(#""after":{"id":1,"big":"__debezium_unavailable_value"}"#), "\(lines[1])")
  }
}
