import Testing

@testable import ChangeEvents

@Suite struct ColumnEncoderTests {
  private func encoder(
    _ type: UInt32, _ typmod: Int32 = -1, optional: Bool = true, options: EncodingOptions = .init(), defaultText: String? = nil
  ) throws -> ColumnEncoder {
    try ColumnEncoder(
      type: type, typmod: typmod, catalog: EnvelopeFuzzTests.catalog, isOptional: optional, options: options, defaultText: defaultText)
  }

  private func written(_ body: (inout JSONWriter) throws -> Void) rethrows -> String {
    var writer = JSONWriter()
    try body(&writer)
    return String(decoding: writer.copyBytes(), as: UTF8.self)
  }

  /// Boxes are separated by semicolons: commas are part of them.
  @Test func boxesInArraysStayWhole() throws {
    var options = EncodingOptions()
    options.includeUnknownDatatypes = true
    options.binaryHandling = .hex
    let boxes = try encoder(1020, options: options)
    let text = Array("{(7,8),(2,1);NULL;(3,4),(1,2)}".utf8)
    let json = try text.withUnsafeBytes { bytes in try written { try boxes.write(.text(bytes), to: &$0) } }
    #expect(json == #"["28372c38292c28322c3129",null,"28332c34292c28312c3229"]"#)
  }

  @Test(
    arguments: [
      (1114, -1, "infinity", "9223372036825200000"), (1114, -1, "-infinity", "-9223372036832400000"),
      (1184, -1, "infinity", #""infinity""#), (1184, -1, "-infinity", #""-infinity""#),
      (1114, -1, "0044-03-15 00:00:00 BC", "-63517824000000000"),
      (1184, -1, "0044-03-15 00:00:00+00 BC", #""-0043-03-15T00:00:00.000000Z""#),
      (1184, -1, "12024-01-01 00:00:00+00", #""+12024-01-01T00:00:00.000000Z""#),
      (1184, 0, "2024-02-29 12:34:56+05:30", #""2024-02-29T07:04:56Z""#),
      (1184, -1, "2024-03-01 00:00:00.5-03", #""2024-03-01T03:00:00.500000Z""#),
      (1266, -1, "24:00:00+00", #""24:00:00Z""#), (1266, -1, "01:00:00+02", #""23:00:00Z""#),
      (1266, -1, "12:00:00-00:01:15", #""12:01:15Z""#),
      (701, -1, "NaN", #""NaN""#), (701, -1, "-Infinity", #""-Infinity""#), (701, -1, "-0", "-0.0"), (701, -1, "1e-05", "1.0E-5"),
      (701, -1, "0.001", "0.001"), (701, -1, "9999999", "9999999.0"), (701, -1, "10000000", "1.0E7"), (700, -1, "0.1", "0.1"),
      (700, -1, "3.4028235e+38", "3.4028235E38"), (701, -1, "0", "0.0"), (790, -1, "($5.10)", #""/gI=""#),
      (1562, -1, "0000", #""""#), (17, -1, "\\x", #""""#), (1186, -1, "@ 1 day", ""), (23, -1, "x", ""), (16, -1, "true", ""),
      (1082, -1, "29.02.2024", ""), (17, -1, "abc\\000", ""), (1007, -1, "{1,2", ""), (600, -1, "(1)", ""), (1560, 3, "102", ""),
    ] as [(UInt32, Int32, String, String)])
  func values(_ type: UInt32, _ typmod: Int32, _ text: String, _ json: String) throws {
    let encoder = try encoder(type, typmod)
    if json.isEmpty {
      let error = #expect(throws: ColumnEncodingError.self) { try encoder.json(text) }
      #expect(error?.code == .malformed)
    } else {
      #expect(try encoder.json(text) == json)
    }
  }

  @Test func specialDecimals() throws {
    for (text, name) in [("NaN", "NAN"), ("Infinity", "POSITIVE_INFINITY"), ("-Infinity", "NEGATIVE_INFINITY")] {
      #expect(try encoder(1700, options: .init(decimalHandling: .string)).json(text) == "\"\(name)\"")
      #expect(try encoder(1700, options: .init(decimalHandling: .double)).json(text) == "\"\(text)\"")
      for typmod: Int32 in [-1, 655_366] {
        var writer = JSONWriter()
        writer.raw("before")
        let encoder = try encoder(1700, typmod)
        let error = #expect(throws: ColumnEncodingError.self) {
          try Array(text.utf8).withUnsafeBytes { bytes throws in try encoder.write(text: bytes, to: &writer) }
        }
        #expect(error?.code == .notRepresentable)
        #expect(writer.count == 6, "nothing is written when it fails")
      }
    }
    #expect(throws: ColumnEncodingError.self) { try encoder(1700, 655_366).json("1.234") }
    #expect(try encoder(1700, 655_366).json("1.2") == #""eA==""#)
    #expect(throws: ColumnEncodingError.self) { try encoder(1186).json("infinity") }
  }

  @Test(
    arguments: [
      (23, "0"), (16, "false"), (25, #""""#), (701, "0.0"), (1700, #"{"scale":0,"value":"AA=="}"#), (1082, "0"), (1114, "0"),
      (1184, #""1970-01-01T00:00:00Z""#), (1266, #""00:00:00Z""#), (1186, "0"), (17, #""""#), (2950, #""""#), (1007, "[]"),
      (90_001, #""{}""#),
      (600, #"{"x":0.0,"y":0.0,"wkb":"AQEAAAAAAAAAAAAAAAAAAAAAAAAA","srid":null}"#), (790, #""AA==""#), (90_005, #""""#),
    ] as [(UInt32, String)])
  func zeroOfNotNullColumns(_ type: UInt32, _ json: String) throws {
    let required = try encoder(type, optional: false)
    #expect(written { required.writeZero(to: &$0) } == json)
    let optional = try encoder(type)
    #expect(written { optional.writeZero(to: &$0) } == "null")
    #expect(written { optional.writeNull(to: &$0) } == "null")
  }

  @Test func zeroInOtherModes() throws {
    let strings = Variant.strings.options
    #expect(written { (try? encoder(1700, 655_366, optional: false, options: strings))?.writeZero(to: &$0) } == #""0.00""#)
    #expect(written { (try? encoder(790, optional: false, options: strings))?.writeZero(to: &$0) } == #""0.00""#)
    #expect(written { (try? encoder(1186, optional: false, options: strings))?.writeZero(to: &$0) } == #""P0Y0M0DT0H0M0S""#)
    let iso = Variant.isostring.options
    #expect(written { (try? encoder(1082, optional: false, options: iso))?.writeZero(to: &$0) } == #""1970-01-01Z""#)
    #expect(written { (try? encoder(1114, optional: false, options: iso))?.writeZero(to: &$0) } == #""1970-01-01T00:00:00Z""#)
  }

  @Test func aDefaultStandsForNull() throws {
    let encoder = try encoder(1184, defaultText: "2024-01-01 00:00:00+00")
    let json = #""2024-01-01T00:00:00.000000Z""#
    #expect(written { encoder.writeNull(to: &$0) } == json)
    #expect(written { encoder.writeZero(to: &$0) } == json)
    #expect(throws: ColumnEncodingError.self) { try self.encoder(23, defaultText: "now()") }
  }

  @Test(
    arguments: [
      (25, #""__debezium_unavailable_value""#), (3802, #""__debezium_unavailable_value""#),
      (17, #""X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==""#),
      (1009, #"["__debezium_unavailable_value"]"#), (3807, #"["__debezium_unavailable_value"]"#),
      (1001, #"["X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="]"#),
      (1007, "[95,95,100,101,98,101,122,105,117,109,95,117,110,97,118,97,105,108,97,98,108,101,95,118,97,108,117,101]"),
      (90_001, #""{\"__debezium_unavailable_value\":\"__debezium_unavailable_value\"}""#),
    ] as [(UInt32, String)])
  func unavailable(_ type: UInt32, _ json: String) throws {
    let encoder = try encoder(type)
    #expect(written { encoder.writeUnavailable(to: &$0) } == json)
  }

  @Test func unavailableIsRecognisedInEveryModeAndType() throws {
    for type in EnvelopeFuzzTests.types + [(2951, -1), (1231, -1), (3807, -1)] {
      for options in RoundTripTests.modes {
        let encoder = try encoder(type.0, type.1, options: options)
        let decoder = try ColumnDecoder(type: type.0, typmod: type.1, catalog: EnvelopeFuzzTests.catalog, options: options)
        let json = written { encoder.writeUnavailable(to: &$0) }
        let envelope = try Envelope.parse(
          Array((#"{"op":"c","after":{"v":"# + json + #","n":null,"s":"x","i":[1]},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#).utf8))
        let row = try #require(envelope.after)
        #expect(decoder.isUnavailable(in: row, at: 0), "type \(type.0): \(json)")
        #expect(decoder.isUnavailable(row.value(0)))
        for index in 1...3 { #expect(!decoder.isUnavailable(in: row, at: index)) }
        var text: [UInt8] = []
        let error = #expect(throws: ColumnDecodingError.self) { try decoder.appendText(of: row, at: 0, to: &text) }
        #expect(error?.code == .unavailable)
      }
    }
  }

  @Test func placeholderOfOnesOwn() throws {
    let encoder = try encoder(25, options: .init(unavailableValuePlaceholder: "hex:3f3f"))
    #expect(written { encoder.writeUnavailable(to: &$0) } == #""??""#)
    #expect(MD5.nameUUID([]) == "d41d8cd9-8f00-3204-a980-0998ecf8427e")
    #expect(MD5.nameUUID(Array(String(repeating: "a", count: 200).utf8)) == "887f30b4-3b28-37f4-a9ac-cceee7d16e6c")
  }

  @Test func typesAreResolved() throws {
    let unknown = #expect(throws: ColumnEncodingError.self) { try encoder(123_456) }
    #expect(unknown?.code == .unknownType)
    for type: UInt32 in [3615, 3220, 4451, 2278] {
      let error = #expect(throws: ColumnEncodingError.self) { try encoder(type) }
      #expect(error?.code == (type == 2278 ? .unknownType : .unsupportedType))
    }
    #expect(try encoder(3220, options: .init(includeUnknownDatatypes: true)).json("16/B374D848") == #""MTYvQjM3NEQ4NDg=""#)
    // A domain over a domain over numeric(10,2): the modifier of the innermost that has one.
    let catalog = TypeCatalog([
      PostgresType(oid: 1, name: "price", kind: .domain, baseOID: 1700, baseTypmod: 655_366),
      PostgresType(oid: 2, name: "net_price", kind: .domain, baseOID: 1),
      PostgresType(oid: 3, name: "_net_price", kind: .array, elementOID: 2),
      PostgresType(oid: 4, name: "circle", kind: .domain, baseOID: 5), PostgresType(oid: 5, name: "circle", kind: .domain, baseOID: 4),
    ])
    let options = EncodingOptions()
    #expect(try ColumnEncoder(type: 2, typmod: -1, catalog: catalog, isOptional: true, options: options).json("0.10") == #""Cg==""#)
    // Debezium leaves out arrays of domains, and sends bytes where unknown types are wanted.
    let array = #expect(throws: ColumnEncodingError.self) {
      try ColumnEncoder(type: 3, typmod: -1, catalog: catalog, isOptional: true, options: options)
    }
    #expect(array?.code == .unsupportedType)
    let including = EncodingOptions(includeUnknownDatatypes: true)
    #expect(
      try ColumnEncoder(type: 3, typmod: -1, catalog: catalog, isOptional: true, options: including).json("{0.10}") == #"["MC4xMA=="]"#)
    #expect(throws: ColumnEncodingError.self) {
      try ColumnEncoder(type: 4, typmod: -1, catalog: catalog, isOptional: true, options: options)
    }
  }

  @Test func pairsOfAnHstoreGoInTheOrderOfTheirHashes() throws {
    // As Debezium 3.6.3 sent it: Java's HashMap decides.
    let pairs = HstoreText.inHashOrder([(Array("43".utf8), nil), (Array("LQ".utf8), nil), (Array("cm".utf8), nil)])
    #expect(pairs.map { String(decoding: $0.key, as: UTF8.self) } == ["LQ", "cm", "43"])
  }

  @Test func decimalsAsTextHaveTheirScale() throws {
    #expect(try encoder(1700, (10 << 16) + 2 + 4, options: .init(decimalHandling: .string)).json("-2664393.8") == #""-2664393.80""#)
  }

  @Test func moneyIsRoundedHalfUp() throws {
    #expect(try encoder(790, options: .init(moneyFractionDigits: 0)).json("$1,234.50") == (try encoder(1700, (10 << 16) + 4).json("1235")))
    #expect(try encoder(790, options: .init(moneyFractionDigits: 0)).json("-$9.50") == (try encoder(1700, (10 << 16) + 4).json("-10")))
  }
}
