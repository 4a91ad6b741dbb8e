import Testing

@testable import Commands

struct JSONParserTests {
  private func parse(_ text: String, depth: Int = 32) throws -> JSONValue { try JSONParser.parse(Array(text.utf8), maximumDepth: depth) }

  @Test func valuesOfAllKinds() throws {
    let value = try parse(#" {"a": [1, -2.50, 1e9, true, false, null], "b": {"c": "x\n\u00e9\ud83d\udc4d"}} "#)
    #expect(
      value
        == .object([
          "a": .array([.number("1"), .number("-2.50"), .number("1e9"), .bool(true), .bool(false), .null]),
          "b": .object(["c": .string("x\né👍")]),
        ]))
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "-", "1e", "tru", "nul", "\"", "\"\\x\"", "\"\\u12\"",
    "\"\\ud800\"",
    "\"\\ud800\\u0041\"", "\"\\u0000\"", "\"\u{01}\"", "1 2", "{\"a\":1}{}", "[1 2]", "{\"a\":1,\"a\":2}", "+1", "NaN", "'a'",
  ])
  func malformed(_ text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test func bytesThatAreNoUTF8() {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test func nestingIsBounded() throws {
    #expect(try parse("[[1]]", depth: 2) == .array([.array([.number("1")])]))
    #expect(throws: JSONSyntaxError.self) { try parse("[[[1]]]", depth: 2) }
    #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "[", count: 100_000)) }
  }

  @Test func theErrorNamesTheByte() throws {
    let error = try #require(throws: JSONSyntaxError.self) { try parse(#"{"a": x}"#) }
    #expect(error.offset == 6)
  }
}
