import Testing

@testable import Postgres

@Suite struct BinaryArrayTests {
  private func array(_ element: BinaryArray.Element, _ texts: [String?]) -> BinaryArray? {
    var array = BinaryArray(of: element)
    for text in texts {
      guard let text else {
        array.appendNull()
        continue
      }
      guard Array(text.utf8).withUnsafeBytes({ array.append(text: $0) }) else { return nil }
    }
    return array
  }

  @Test(
    arguments: [
      ("bigint", ["9223372036854775807", nil, "-9223372036854775808", "0", "-7"]), ("integer", ["2147483647", "-2147483648", nil]),
      ("smallint", ["32767", "-32768"]), ("boolean", ["t", nil, "f"]), ("text", ["", "NULL", nil, "a\"b\\c,{}", "한🙂\n"]),
      ("character varying", ["longer than any modifier"]), ("json", ["{ \"a\":1 }"]), ("jsonb", [#"{"a": [1, null]}"#, nil]),
      ("bigint", []),
      ("text", []),
    ] as [(String, [String?])])
  func theServerReadsWhatWasAppended(_ type: String, _ texts: [String?]) async throws {
    let element = try #require(BinaryArray.Element(typeName: type))
    let values = try #require(array(element, texts))
    #expect(values.count == texts.count)
    try await withTestConnection { connection in
      let rows = try await connection.query(
        "SELECT v::text FROM unnest(\(array: values, as: type + "[]")) WITH ORDINALITY AS u(v, n) ORDER BY n")
      #expect(
        try rows.map { try $0[0, as: String?.self] } == texts.map { type == "boolean" ? $0.map { $0 == "t" ? "true" : "false" } : $0 })
    }
  }

  @Test func momentsAreAppendedAsMicroseconds() async throws {
    var values = BinaryArray(of: .timestamptz)
    for moment in [0, 1, -1, 1_790_000_000_123_456] as [Int64] { values.append(moment) }
    values.appendNull()
    try await withTestConnection { connection in
      let rows = try await connection.query(
        "SELECT v::text FROM unnest(\(array: values, as: "timestamptz[]")) WITH ORDINALITY AS u(v, n) ORDER BY n")
      #expect(
        try rows.map { try $0[0, as: String?.self] } == [
          "1970-01-01 00:00:00+00", "1970-01-01 00:00:00.000001+00", "1969-12-31 23:59:59.999999+00", "2026-09-21 14:13:20.123456+00", nil,
        ])
    }
  }

  @Test(arguments: [Int64.min, Int64.min + 1, -300_000_000_000_000_000])
  func momentsOutOfRangeAreRefusedByTheServer(_ moment: Int64) async throws {
    var values = BinaryArray(of: .timestamptz)
    values.append(moment)
    let refused = values
    try await withTestConnection { connection in
      let error = try await postgresError { try await connection.execute("SELECT unnest(\(array: refused, as: "timestamptz[]"))") }
      #expect(error.sqlState?.rawValue == "22008")
    }
  }

  @Test(
    arguments: [
      (.int2, "32768"), (.int4, "-2147483649"), (.int8, "9223372036854775808"), (.int8, ""), (.int8, "-"), (.int8, "1.5"), (.int8, "+1"),
      (.bool, "true"), (.bool, ""),
    ] as [(BinaryArray.Element, String)])
  func whatIsNoValueOfTheTypeIsNotAppended(_ element: BinaryArray.Element, _ text: String) {
    var array = BinaryArray(of: element)
    #expect(!Array(text.utf8).withUnsafeBytes { array.append(text: $0) })
    #expect(array == BinaryArray(of: element))
  }

  @Test func theLastElementIsTakenBack() throws {
    var values = try #require(array(.text, ["a", "bc"]))
    values.removeLast()
    #expect(values.bytes == array(.text, ["a"])?.bytes)
    values.appendNull()
    values.removeLast()
    #expect(values.bytes == array(.text, ["a"])?.bytes)
  }

  @Test func typesWithoutASimpleFormHaveNone() {
    #expect(BinaryArray.Element(typeName: "numeric") == nil)
    #expect(BinaryArray.Element(typeName: "timestamp with time zone") == nil)
  }
}
