import Testing

@testable import ChangeEvents

/// What envelopes that one parser reads share, and what they must not.
@Suite struct EnvelopeParserTests {
  private func value(table: String = "t", before: String = "null", after: String = #"{"id":1}"#, source: String = "") -> [UInt8] {
    Array(
      #"{"before":\#(before),"after":\#(after),"source":{"name":"p","db":"d","ts_ms":1,"schema":"s","table":"\#(table)"\#(source)},"op":"u"}"#
        .utf8)
  }

  private func parse(_ parser: inout EnvelopeParser, _ value: [UInt8]) throws -> Envelope {
    try value.withUnsafeBytes { try parser.parse($0) }
  }

  @Test func rowsOfTheSameNamesShareAShape() throws {
    var parser = EnvelopeParser()
    let first = try #require(try parse(&parser, value(after: #"{"id":1,"name":"a"}"#)).after)
    let second = try #require(try parse(&parser, value(table: "u", after: #"{"id":2,"name":null}"#)).after)
    #expect(first.shape === second.shape)
    #expect(first.shape.names == ["id", "name"])
    #expect(first["name"] == .string("a"))
    #expect(second["id"] == .integer(2))
  }

  @Test(
    arguments: [
      #"{"id":1}"#, #"{"id":1,"name":"a","more":1}"#, #"{"name":"a","id":1}"#, #"{"i":1,"dname":"a"}"#, #"{"idn":1,"ame":2}"#,
      #"{"id":1,"namé":"a"}"#, "{}",
    ])
  func rowsOfOtherNamesDoNot(_ row: String) throws {
    var parser = EnvelopeParser()
    let first = try #require(try parse(&parser, value(after: #"{"id":1,"name":"a"}"#)).after)
    let other = try #require(try parse(&parser, value(after: row)).after)
    let alone = try #require(try Envelope.parse(value(after: row)).after)
    #expect(first.shape !== other.shape)
    #expect(other.shape.names == alone.shape.names)
  }

  @Test func keysAloneInTheOldRowDoNotTakeTheShapeAway() throws {
    var parser = EnvelopeParser()
    let first = try parse(&parser, value(before: #"{"id":1}"#, after: #"{"id":1,"name":"a"}"#))
    let second = try parse(&parser, value(before: #"{"id":2}"#, after: #"{"id":2,"name":"b"}"#))
    #expect(try #require(first.before).shape === #require(second.before).shape)
    #expect(try #require(first.after).shape === #require(second.after).shape)
    #expect(second.before?["id"] == .integer(2) && second.after?["name"] == .string("b"))
  }

  @Test func originsAreToldApart() throws {
    var parser = EnvelopeParser()
    let first = try parse(&parser, value(table: "ab"))
    let second = try parse(&parser, value(table: "a"))
    let third = try parse(&parser, value(table: "ab"))
    #expect([first, second, third].map(\.source.table) == ["ab", "a", "ab"])
    #expect(second.source.isTable(schema: "s", table: "a") && !second.source.isTable(schema: "s", table: "ab"))
    #expect(first.source.name == "p" && first.source.db == "d" && first.source.isNamed("p"))
  }

  @Test func namesAreBytes() throws {
    let (composed, parts) = ("caf\u{E9}", "cafe\u{301}")
    #expect(composed == parts)
    var parser = EnvelopeParser()
    let first = try parse(&parser, value(table: composed, after: #"{"\#(parts)":1,"\#(composed)":2}"#))
    let second = try parse(&parser, value(table: parts))
    #expect(first.source.isTable(schema: "s", table: composed) && !first.source.isTable(schema: "s", table: parts))
    #expect(second.source.isTable(schema: "s", table: parts) && !second.source.isTable(schema: "s", table: composed))
    #expect(first.after?.index(of: composed) == 1 && first.after?.index(of: parts, hint: 1) == 0)
  }

  @Test func moreTablesThanAParserKeepsAreReadRight() throws {
    var parser = EnvelopeParser()
    for round in 0..<3 {
      for number in 0..<40 {
        let envelope = try parse(&parser, value(table: "t\(number)", after: #"{"id":\#(round),"c\#(number)":"\#(number)"}"#))
        #expect(envelope.source.table == "t\(number)")
        #expect(envelope.after?.shape.names == ["id", "c\(number)"])
        #expect(envelope.after?["c\(number)"] == .string("\(number)"))
      }
    }
  }

  @Test func envelopesOutliveWhatIsReadAfterThem() throws {
    var parser = EnvelopeParser()
    let kept = try parse(&parser, value(after: #"{"id":1,"name":"escaped \"\u00e9\""}"#, source: #","sequence":"[\"1\",\"2\"]""#))
    for _ in 0..<10 { _ = try parse(&parser, value(after: #"{"id":9,"name":"0123456789012345678901234567890"}"#)) }
    #expect(kept.after?["name"] == .string("escaped \"é\""))
    #expect(kept.source.sequence == #"["1","2"]"#)
    #expect(try parse(&parser, value()).source.sequence == nil)
  }

  @Test func theLastSourceCounts() throws {
    let twice =
      #"{"op":"d","before":{"id":1},"source":{"name":"p","ts_ms":1,"schema":"s","table":"t","sequence":"[null,null]"},"#
      + #""source":{"ts_ms":2,"schema":"s2","table":"t2"}}"#
    let source = try Envelope.parse(Array(twice.utf8)).source
    #expect(source.table == "t2" && source.name.isEmpty && source.sequence == nil && source.tsMs == 2)
  }
}
