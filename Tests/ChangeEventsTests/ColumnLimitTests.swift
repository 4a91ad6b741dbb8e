import Testing

@testable import ChangeEvents

/// Values whose form is right and that a column cannot hold all the same: they are refused before a statement is made of them.
@Suite struct ColumnLimitTests {
  private func text(_ value: FieldValue, of type: String, typmod: Int32 = -1) throws -> String? {
    let catalog = TypeCatalog()
    let oid = try #require(Self.oids[type])
    let decoder = try ColumnDecoder(type: oid, typmod: typmod, catalog: catalog, options: EncodingOptions())
    var bytes: [UInt8] = []
    let binary = value.withView(decoder.binaryValue)
    do {
      guard try decoder.appendText(value, to: &bytes) else { return nil }
    } catch {
      #expect(binary == nil, "what has no text has no binary form")
      throw error
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let binary { #expect(binary.text(zoned: type == "timestamptz") == text) }
    return text
  }

  private static let oids: [String: UInt32] = [
    "int2": 21, "int4": 23, "int8": 20, "oid": 26, "text": 25, "varchar": 1043, "uuid": 2950, "jsonb": 3802, "numeric": 1700, "date": 1082,
    "timestamptz": 1184, "timestamp": 1114, "_text": 1009,
  ]

  @Test(arguments: [
    ("int2", -32768, true), ("int2", 32768, false), ("int4", 2_147_483_647, true), ("int4", -2_147_483_649, false), ("oid", -1, false),
    ("oid", 4_294_967_295, true), ("int8", Int64.min, true), ("date", 2_145_042_905, true), ("date", 2_145_042_906, false),
    ("date", -2_440_589, false),
  ])
  func numbers(type: String, value: Int64, isHeld: Bool) throws {
    if isHeld {
      #expect(try text(.integer(value), of: type) != nil)
    } else {
      #expect(throws: ColumnDecodingError.self) { try text(.integer(value), of: type) }
    }
  }

  @Test(arguments: [
    ("text", Int32(-1), "a", true), ("text", -1, "a\u{0}b", false), ("varchar", 9, "fünfe", true), ("varchar", 9, "sechse", false),
    ("varchar", 9, "fünfe   ", true), ("varchar", -1, "a\u{0}", false), ("uuid", -1, "0189d3a4-1c1e-7b3a-9d5e-2f6f0c6b1a2b", true),
    ("uuid", -1, "0189d3a4-1c1e-7b3a-9d5e", false), ("uuid", -1, "zz89d3a4-1c1e-7b3a-9d5e-2f6f0c6b1a2b", false),
    ("jsonb", -1, #"{"a":[1,2]}"#, true), ("jsonb", -1, "3", true), ("jsonb", -1, #""x""#, true), ("jsonb", -1, #"{"a":"#, false),
    ("jsonb", -1, #"1,"b":2"#, false), ("jsonb", -1, "", false), ("timestamptz", -1, "2024-02-29T00:00:00Z", true),
    ("timestamptz", -1, "2024-02-30T00:00:00Z", false), ("timestamptz", -1, "2024-13-01T00:00:00Z", false),
    ("timestamptz", -1, "294277-01-01T00:00:00Z", false),
  ])
  func texts(type: String, typmod: Int32, value: String, isHeld: Bool) throws {
    if isHeld {
      #expect(try text(.string(value), of: type, typmod: typmod) != nil)
    } else {
      #expect(throws: ColumnDecodingError.self) { try text(.string(value), of: type, typmod: typmod) }
    }
  }

  @Test(arguments: ["int2", "int4", "int8", "timestamptz", "timestamp", "numeric"])
  func typesOfMostColumnsHaveABinaryForm(_ type: String) throws {
    let typmod: Int32 = type == "numeric" ? (18 << 16 | 2) + 4 : -1
    let decoder = try ColumnDecoder(type: try #require(Self.oids[type]), typmod: typmod, catalog: TypeCatalog(), options: EncodingOptions())
    let value: FieldValue =
      switch type {
      case "timestamptz": .string("2024-02-29T12:00:00.5Z")
      case "numeric": .string("AYaf")
      default: .integer(1000)
      }
    #expect(value.withView(decoder.binaryValue) != nil)
    #expect(FieldValue.null.withView(decoder.binaryValue) == .null)
  }

  /// numeric(5,2): 999.99 at the most. In Base64 the unscaled 99999 and 100000.
  @Test func digitsBeforeThePoint() throws {
    let modifier: Int32 = (5 << 16 | 2) + 4
    #expect(try text(.string("AYaf"), of: "numeric", typmod: modifier) == "999.99")
    #expect(throws: ColumnDecodingError.self) { try text(.string("AYag"), of: "numeric", typmod: modifier) }
    // numeric(2,4): nothing before the point, and two zeros behind it.
    #expect(try text(.string("Yw=="), of: "numeric", typmod: (2 << 16 | 4) + 4) == "0.0099")
  }
}
