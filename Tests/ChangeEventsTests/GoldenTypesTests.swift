import Testing

@testable import ChangeEvents

/// Each column of each recorded row, byte for byte, in all four recordings; and back.
@Suite struct GoldenTypesTests {
  @Test(arguments: Variant.allCases)
  func rowsEqualTheRecording(_ variant: Variant) throws {
    let (catalog, snapshot, streamed) = try Fixtures.tables()
    var rows = 0
    for line in try Fixtures.lines("types.\(variant).jsonl") {
      let table = try #require(Fixtures.part(line, from: "\"table\":\"", to: "\""))
      let id = try #require(Fixtures.part(line, from: "\"key\":{\"id\":", to: "}"))
      let wanted = try #require(Fixtures.part(line, from: "\"after\":", to: ",\"source\":{\"version\""))
      let fixture = try #require((line.contains("\"op\":\"r\"") ? snapshot : streamed)[table])
      let row = try #require(fixture.rows[id])
      var writer = JSONWriter()
      // Copies in memory of their own, so that images may refer to them.
      let texts = row.map { bytes -> UnsafeMutableRawBufferPointer? in
        bytes.map { bytes in
          let text = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
          text.copyBytes(from: bytes)
          return text
        }
      }
      defer { texts.forEach { $0?.deallocate() } }
      try fixture.encoder(catalog, variant.options).write(to: &writer) { column in
        texts[column].map { .text(UnsafeRawBufferPointer($0)) } ?? .null
      }
      #expect(String(decoding: writer.copyBytes(), as: UTF8.self) == wanted, "\(variant) \(table) \(id)")
      rows += 1
    }
    #expect(rows == 24)
  }

  @Test(arguments: Variant.allCases)
  func rowsComeBackAsText(_ variant: Variant) throws {
    let (catalog, snapshot, streamed) = try Fixtures.tables()
    var fields = 0
    for value in try Fixtures.values("types.\(variant).jsonl") {
      let envelope = try Envelope.parse(value)
      let after = try #require(envelope.after)
      let fixture = try #require((envelope.op == .read ? snapshot : streamed)[envelope.source.table])
      guard case .integer(let id) = after["id"], let row = fixture.rows[String(id)] else {
        Issue.record("no row")
        continue
      }
      #expect(after.count == fixture.columns.count)
      for (index, column) in fixture.columns.enumerated() {
        #expect(after.name(index) == column.name)
        let decoder = try ColumnDecoder(type: column.type, typmod: column.typmod, catalog: catalog, options: variant.options)
        var text: [UInt8] = []
        let hasValue = try decoder.appendText(of: after, at: index, to: &text)
        let got = hasValue ? String(decoding: text, as: UTF8.self) : nil
        let original = row[index].map { String(decoding: $0, as: UTF8.self) }
        #expect(got == expected(original, column: column.name, variant), "\(variant) \(column.name) \(id)")
        var other: [UInt8] = []
        #expect(try decoder.appendText(after.value(index), to: &other) == hasValue)
        #expect(other == text)
        #expect(!decoder.isUnavailable(in: after, at: index))
        fields += 1
      }
    }
    #expect(fields > 250)
  }

  /// What comes back: the original, but for what the representation itself loses or normalises.
  private func expected(_ original: String?, column: String, _ variant: Variant) -> String? {
    guard let original else { return nil }
    switch (column, variant) {
    // Offsets are not kept: times with time zone come back in UTC.
    case ("tz", _): return original == "12:34:56.789+09" ? "03:34:56.789+00" : original
    case ("cash", _): return original.replacing("$", with: "").replacing(",", with: "")
    case ("dec_free", .doubles):
      return original == "123456789012345678901234567890.5" ? "123456789012345680000000000000" : original
    case ("decs", .doubles): return original
    // Milliseconds.
    case ("t6", .strings): return String(original.prefix(8)) + (original.hasSuffix("789012") ? ".789" : "")
    case ("ts", .strings): return original.replacing("789012", with: "789").replacing("999999", with: "999")
    default: return original
    }
  }
}
