import ChangeEvents
import Testing

@testable import Capture

@Suite struct ConnectConverterTests {
  private func text(_ value: ConnectValue, _ schema: ConnectSchema?, _ converter: ConnectorConfiguration.Converter = .json) throws
    -> String?
  {
    try converter.bytes(value, schema: schema).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let row = ConnectSchema.structure(
    "row",
    [
      ("a", .int32), ("b", .optionalString), ("c", ConnectSchema(.string, isOptional: true, defaultValue: .string("d"))),
      ("n", .array(of: .float64, isOptional: true)),
    ])

  @Test func writesStructsInTheOrderOfTheirFields() throws {
    let value = ConnectValue.structure([.integer(1), .null, .null, .array([.float64(1), .float64(.nan), .float64(1e10)])])
    #expect(try text(value, Self.row) == #"{"a":1,"b":null,"c":"d","n":[1.0,"NaN",1.0E10]}"#)
  }

  @Test func wrapsWithTheSchema() throws {
    #expect(
      try text(.string("x"), .string, .jsonWithSchemas) == #"{"schema":{"type":"string","optional":false},"payload":"x"}"#)
    #expect(try text(.null, nil, .jsonWithSchemas) == nil)
    #expect(try text(.string("x"), nil, .jsonWithSchemas) == #"{"schema":null,"payload":"x"}"#)
    let schema = ConnectSchema(
      .map, isOptional: true, name: "m", version: 2, doc: "d", parameters: [.init(name: "p", value: "1")], keys: .string, elements: .int32)
    #expect(
      String(decoding: schema.wrapperHead, as: UTF8.self)
        == #"{"schema":{"type":"map","keys":{"type":"string","optional":false},"values":{"type":"int32","optional":false},"optional":true,"#
        + #""name":"m","version":2,"doc":"d","parameters":{"p":"1"}},"payload":"#)
  }

  @Test func leavesNullsWhereDefaultsAreNotWanted() throws {
    var writer = JSONWriter(capacity: 64)
    let value = ConnectValue.structure([.integer(1), .null, .null, .null])
    _ = try ConnectorConfiguration.Converter.json.write(value, schema: Self.row, options: .init(replacesNulls: false), to: &writer)
    #expect(String(decoding: writer.copyBytes(), as: UTF8.self) == #"{"a":1,"b":null,"c":null,"n":null}"#)
  }

  @Test func mapsWithoutStringKeysArePairs() throws {
    let value = ConnectValue.map([.init(key: .integer(1), value: .float64(0.5))])
    #expect(try text(value, .map(.int16, .float64)) == "[[1,0.5]]")
    #expect(try text(.map([.init(key: .string("k"), value: .null)]), nil) == #"{"k":null}"#)
  }

  @Test func writesJavasText() throws {
    let value = ConnectValue.structure([.integer(1), .null, .string("x"), .array([.float64(1.5)])])
    #expect(try text(value, Self.row, .string) == "Struct{a=1,c=x,n=[1.5]}")
    #expect(try text(value, Self.row, .simple) == #"{"a":1,"b":null,"c":"x","n":[1.5]}"#)
    #expect(try text(.string("x"), .string, .simple) == "x")
    #expect(try text(.map([.init(key: .string("k"), value: .integer(1))]), .map(.string, .int32), .string) == "{k=1}")
    #expect(try text(.null, .optionalString, .string) == nil)
  }

  @Test func byteArraysGoAsTheyAre() throws {
    #expect(try ConnectorConfiguration.Converter.bytes.bytes(.bytes([0, 255]), schema: .bytes) == [0, 255])
    #expect(throws: CaptureError.self) { try ConnectorConfiguration.Converter.bytes.bytes(.string("x"), schema: .string) }
  }

  @Test(
    arguments: [
      ([0x04, 0xD2], 2, "12.34", "12.34"), ([0xFF], 0, "-1", "-1"), ([0x80], 0, "-128", "-128"), ([], 0, "0", "0"),
      ([0x00], 3, "0.000", "0.000"),
      ([0x01], 7, "0.0000001", "1E-7"), ([0x0C], -2, "1200", "1.2E+3"),
      (
        [0x01, 0x8E, 0xE9, 0x0F, 0xF6, 0xC3, 0x73, 0xE0, 0xEE, 0x4E, 0x3F, 0x0A, 0xD2], 1, "12345678901234567890123456789.0",
        "12345678901234567890123456789.0"
      ),
    ] as [([UInt8], Int, String, String)])
  func readsDecimals(_ unscaled: [UInt8], _ scale: Int, _ plain: String, _ description: String) {
    let number = DecimalNumber(unscaled: unscaled, scale: scale)
    #expect(number.plain == plain)
    #expect(number.description == description)
  }

  @Test(
    arguments: [
      ("a.b-c", "a.b_c", "a.b_u002dc"), ("1a", "_1a", "_u0031a"), ("ö_x", "__x", "_u00f6_u005fx"), ("名", "_", "_u540d"), ("", "", ""),
    ])
  func adjustsNames(_ name: String, _ avro: String, _ unicode: String) {
    #expect(NameAdjustment(mode: .avro, isField: false).adjust(name) == avro)
    #expect(NameAdjustment(mode: .avroUnicode, isField: false).adjust(name) == unicode)
    #expect(NameAdjustment(mode: .none, isField: true).adjust(name) == name)
  }

  @Test func fieldsHaveNoDots() { #expect(NameAdjustment(mode: .avro, isField: true).adjust("a.b") == "a_b") }

  @Test func countsTransactionsInJavasOrder() {
    var ledger = TransactionLedger(id: 7)
    #expect(ledger.event(of: "public.b") == 1)
    #expect(ledger.event(of: "public.a") == 1)
    #expect(ledger.event(of: "public.b") == 2)
    #expect(ledger.total == 3)
    #expect(ledger.collections.map(\.name) == ["public.a", "public.b"])
    #expect(ledger.collections.map(\.count) == [1, 2])
  }
}
