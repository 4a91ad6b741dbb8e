import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct DecodingTests {
  @Test(arguments: [ValueFormat.text, .binary])
  func readsEveryTypeInBothForms(format: ValueFormat) async throws {
    try await withTestConnection { connection in
      let row = try await connection.query(
        """
        SELECT true AS yes, false AS no, (-32768)::int2 AS i2, 2147483647::int4 AS i4, (-9223372036854775808)::int8 AS i8,
          1.5::float4 AS f4, 'NaN'::float8 AS nan, '-Infinity'::float8 AS inf, 'ü€'::text AS t, ''::text AS empty,
          '\\x00ff'::bytea AS b, ''::bytea AS eb, '6F9619FF-8B86-D011-B42D-00C04FC964FF'::uuid AS u,
          '2026-02-28 12:34:56.789012+02'::timestamptz AS tz, '2026-02-28 12:34:56'::timestamp AS ts, '1999-12-31'::date AS d,
          -12345678901234567890.0120::numeric AS num, 0.00000120::numeric AS small, 'NaN'::numeric AS nn, 100000000::numeric AS big,
          '{"a": 1}'::jsonb AS j, '16/B374D848'::pg_lsn AS lsn, NULL::text AS missing, 4294967295::oid AS o
        """, format: format
      ).single()
      #expect(try row["yes", as: Bool.self])
      #expect(try !row["no", as: Bool.self])
      #expect(try row["i2", as: Int16.self] == .min)
      #expect(try row["i4", as: Int32.self] == .max)
      #expect(try row["i4", as: Int.self] == 2_147_483_647)
      #expect(try row["i8", as: Int64.self] == .min)
      #expect(try row["f4", as: Double.self] == 1.5)
      #expect(try row["nan", as: Double.self].isNaN)
      #expect(try row["inf", as: Double.self] == -.infinity)
      #expect(try row["t", as: String.self] == "ü€")
      #expect(try row["empty", as: String?.self] == "")
      #expect(try row["b", as: [UInt8].self] == [0, 255])
      #expect(try row["eb", as: [UInt8]?.self] == [])
      #expect(try row["u", as: UUID.self] == UUID(uuidString: "6F9619FF-8B86-D011-B42D-00C04FC964FF"))
      #expect(try abs(row["tz", as: Date.self].timeIntervalSince1970 - 1_772_274_896.789012) < 0.000001)
      #expect(try row["ts", as: Date.self].timeIntervalSince1970 == 1_772_282_096)
      #expect(try row["d", as: Date.self].timeIntervalSince1970 == 946_598_400)
      #expect(try row["num", as: String.self] == "-12345678901234567890.0120")
      #expect(try row["small", as: String.self] == "0.00000120")
      #expect(try row["nn", as: String.self] == "NaN")
      #expect(try row["big", as: String.self] == "100000000")
      #expect(try row["j", as: String.self] == "{\"a\": 1}")
      #expect(try row["j", as: [UInt8].self] == Array("{\"a\": 1}".utf8))
      #expect(try row["lsn", as: LSN.self] == LSN("16/B374D848"))
      #expect(try row["missing", as: String?.self] == nil)
      #expect(row.isNull(try #require(row.columns.firstIndex { $0.name == "missing" })))
      #expect(try row["o", as: UInt32.self] == .max)
    }
  }

  @Test(arguments: [ValueFormat.text, .binary])
  func readsArraysInBothForms(format: ValueFormat) async throws {
    try await withTestConnection { connection in
      let row = try await connection.query(
        """
        SELECT ARRAY[1,NULL,3]::int8[] AS i, ARRAY['a','','NULL',NULL,'q"\\,{}']::text[] AS t, '{}'::text[] AS none, NULL::int4[] AS missing,
          ARRAY['\\x01'::bytea, ''::bytea] AS b, ARRAY[true,false] AS yes, ARRAY['2026-01-01'::timestamptz] AS tz, ARRAY[1.10, NULL]::numeric[] AS n,
          ARRAY['6F9619FF-8B86-D011-B42D-00C04FC964FF'::uuid] AS u
        """, format: format
      ).single()
      #expect(try row["i", as: [Int64?].self] == [1, nil, 3])
      #expect(try row["t", as: [String?].self] == ["a", "", "NULL", nil, "q\"\\,{}"])
      #expect(try row["none", as: [String].self] == [])
      #expect(try row["missing", as: [Int32]?.self] == nil)
      #expect(try row["b", as: [[UInt8]].self] == [[1], []])
      #expect(try row["yes", as: [Bool].self] == [true, false])
      #expect(try row["tz", as: [Date].self] == [Date(timeIntervalSince1970: 1_767_225_600)])
      #expect(try row["n", as: [String?].self] == ["1.10", nil])
      #expect(try row["u", as: [UUID].self].count == 1)
      #expect(throws: ColumnDecodingError.self) { try row["i", as: [Int64].self] }
    }
  }

  @Test func errorsNameTheColumnAndNeverTheValue() async throws {
    try await withTestConnection { connection in
      let row = try await connection.query("SELECT 'top secret' AS a, NULL::int AS b, 300 AS c, '{{1,2},{3,4}}'::int[] AS m").single()
      let wrong = #expect(throws: ColumnDecodingError.self) { try row["a", as: Int64.self] }
      #expect(wrong?.column == "a")
      #expect(wrong.map { !$0.description.contains("secret") } == true)
      #expect(throws: ColumnDecodingError.self) { try row["b", as: Int64.self] }
      #expect(throws: ColumnDecodingError.self) { try row["c", as: UInt8.self] }
      #expect(throws: ColumnDecodingError.self) { try row["m", as: [Int64].self] }
      #expect(throws: ColumnDecodingError.self) { try row["nosuch", as: Int64.self] }
      #expect(throws: ColumnDecodingError.self) { try row[17, as: Int64.self] }
    }
  }

  @Test func bindsComeBackAsTheyWere() async throws {
    try await withTestConnection { connection in
      let date = Date(timeIntervalSince1970: 1_772_274_896.5)
      let uuid = UUID()
      let bytes: [UInt8] = [0, 1, 255, 0]
      let nothing: String? = nil
      let texts: [String?] = ["", nil, "NULL", "\"\\"]
      let lsn = try #require(LSN("A/1"))
      let row = try await connection.query(
        """
        SELECT \(date) AS d, \(uuid) AS u, \(bytes) AS b, \([UInt8]()) AS eb, \(nothing)::text AS n, \(texts) AS t, \(Int64.min) AS i, \(-0.1) AS f,
          \(true) AS y, \("€")::text AS s, \(lsn) AS l, \([bytes, []]) AS bb, \([uuid]) AS uu, \("12.50", as: "numeric") AS dec,
          \(textArray: ["1.5", nil], as: "numeric[]") AS decs, \(Double.infinity) AS inf
        """
      ).single()
      #expect(try row["d", as: Date.self] == date)
      #expect(try row["u", as: UUID.self] == uuid)
      #expect(try row["b", as: [UInt8].self] == bytes)
      #expect(try row["eb", as: [UInt8]?.self] == [])
      #expect(try row["n", as: String?.self] == nil)
      #expect(try row["t", as: [String?].self] == texts)
      #expect(try row["i", as: Int64.self] == .min)
      #expect(try row["f", as: Double.self] == -0.1)
      #expect(try row["y", as: Bool.self])
      #expect(try row["s", as: String.self] == "€")
      #expect(try row["l", as: LSN.self] == lsn)
      #expect(try row["bb", as: [[UInt8]].self] == [bytes, []])
      #expect(try row["uu", as: [UUID].self] == [uuid])
      #expect(try row["dec", as: String.self] == "12.50")
      #expect(try row["decs", as: [String?].self] == ["1.5", nil])
      #expect(try row["inf", as: Double.self] == .infinity)
    }
  }
}
