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
      (
        "numeric",
        ["0", "0.00", "1", "-1.50", "10000", "9999.9999", "123456789012345678901234567890.000001", "0.00000000000000000001", nil]
      ),
      ("numeric", ["NaN", "Infinity", "-Infinity", "-0.1", "100000000", "0.0001", "0.00010"]),
      ("timestamp with time zone", ["2026-09-21 14:13:20.123456+00", nil, "infinity", "-infinity", "0044-03-15 00:00:00+00 BC"]),
      ("timestamp with time zone", ["294276-12-31 23:59:59.999999+00", "4714-11-24 00:00:00+00 BC", "1969-12-31 23:59:59.999999+00"]),
      ("timestamp without time zone", ["2000-01-01 00:00:00", "1999-12-31 23:59:59.5", "infinity", nil]),
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
    for moment in [0, 1, -1, 1_790_000_000_123_456] as [Int64] { values.append(microsecondsSince1970: moment) }
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
    values.append(microsecondsSince1970: moment)
    let refused = values
    try await withTestConnection { connection in
      let error = try await postgresError { try await connection.execute("SELECT unnest(\(array: refused, as: "timestamptz[]"))") }
      #expect(error.sqlState?.rawValue == "22008")
    }
  }

  @Test(
    arguments: [
      (.int2, "32768"), (.int4, "-2147483649"), (.int8, "9223372036854775808"), (.int8, ""), (.int8, "-"), (.int8, "1.5"), (.int8, "+1"),
      (.bool, "true"), (.bool, ""), (.numeric, ""), (.numeric, "-"), (.numeric, "."), (.numeric, "1.2.3"), (.numeric, "1e"),
      (.numeric, "nan"),
      (.numeric, "1e999999"), (.numeric, "0x10"), (.timestamptz, ""), (.timestamptz, "now"), (.timestamptz, "300000-01-01 00:00:00+00"),
      (.timestamptz, "999999999-01-01 00:00:00+00"), (.timestamp, "2026-13-01 00:00:00"),
    ] as [(BinaryArray.Element, String)])
  func whatIsNoValueOfTheTypeIsNotAppended(_ element: BinaryArray.Element, _ text: String) {
    var array = BinaryArray(of: element)
    #expect(!Array(text.utf8).withUnsafeBytes { array.append(text: $0) })
    #expect(array == BinaryArray(of: element))
  }

  @Test(
    arguments: [
      (0, 0, "0"), (0, 2, "0.00"), (1, 0, "1"), (-150, 2, "-1.50"), (10_000, 0, "10000"), (10_000, 4, "1.0000"),
      (99_999_999, 4, "9999.9999"),
      (1, 20, "0.00000000000000000001"), (.max, 0, "9223372036854775807"), (.min, 0, "-9223372036854775808"),
      (.max, 1, "922337203685477580.7"), (.min, 19, "-0.9223372036854775808"), (5, 1000, "0." + String(repeating: "0", count: 999) + "5"),
    ] as [(Int64, Int, String)])
  func scaledIntegersAreNumerics(_ unscaled: Int64, _ scale: Int, _ text: String) async throws {
    var values = BinaryArray(of: .numeric)
    let isAppended = values.append(unscaled: unscaled, scale: scale)
    let isAppendedWithoutScale = values.append(unscaled: unscaled, scale: -1)
    #expect(isAppended && !isAppendedWithoutScale)
    let array = values
    try await withTestConnection { connection in
      let rows = try await connection.query("SELECT v::text FROM unnest(\(array: array, as: "numeric[]")) AS u(v)")
      #expect(try rows.map { try $0[0, as: String.self] } == [text])
    }
  }

  @Test(arguments: [
    ("1e5", "100000"), ("1.25e1", "12.5"), ("1E-7", "0.0000001"), (".5", "0.5"), ("007.50", "7.50"), ("+3", "3"), ("0e3", "0"),
  ])
  func numbersAreReadInAnyForm(_ text: String, _ expected: String) async throws {
    let values = try #require(array(.numeric, [text]))
    try await withTestConnection { connection in
      let rows = try await connection.query(
        "SELECT v::text, v = \(unescaped: "'" + text + "'")::numeric FROM unnest(\(array: values, as: "numeric[]")) AS u(v)")
      #expect(try rows.map { try $0[0, as: String.self] } == [expected])
      #expect(try rows.allSatisfy { try $0[1, as: Bool.self] })
    }
  }

  @Test func whatIsWrittenInPlaceIsAnElement() throws {
    struct Refused: Error {}
    func append(_ text: String, to array: inout BinaryArray, isThere: Bool = true, fails: Bool = false) throws(Refused) -> Bool {
      try array.append { (bytes) throws(Refused) in
        bytes += Array(text.utf8)
        if fails { throw Refused() }
        return isThere
      }
    }
    var values = BinaryArray(of: .text)
    #expect(try append("a", to: &values))
    #expect(try append("forgotten", to: &values, isThere: false))
    #expect(throws: Refused.self) { _ = try append("b", to: &values, fails: true) }
    #expect(values.bytes == array(.text, ["a", nil])?.bytes)
    var numbers = BinaryArray(of: .int8)
    #expect(try append("12", to: &numbers))
    #expect(try !append("x", to: &numbers))
    #expect(numbers.bytes == array(.int8, ["12"])?.bytes)
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
    #expect(BinaryArray.Element(typeName: "inet") == nil)
    #expect(BinaryArray.Element(typeName: "character") == nil)
  }
}
