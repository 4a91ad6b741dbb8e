import Testing

@testable import Capture

@Suite struct CopyRowParserTests {
  private func parse(_ text: String) throws -> [String?] {
    var parser = CopyRowParser()
    try Array(text.utf8).withUnsafeBytes { try parser.parse($0) }
    return parser.fields.map { field in
      guard case .text(let range) = field else { return nil }
      return String(decoding: parser.bytes[range], as: UTF8.self)
    }
  }

  @Test(
    arguments: [
      ("1\tkim\t\\N\n", ["1", "kim", nil]),
      ("1\tkim", ["1", "kim"]),
      ("\\N", [nil]),
      ("", [""]),
      ("\t", ["", ""]),
      ("a\\tb\\nc\\\\d\t\\\\N", ["a\tb\nc\\d", "\\N"]),
      ("한국어\t🙂", ["한국어", "🙂"]),
      ("x\\N", ["xN"]),
    ] as [(String, [String?])])
  func splitsAndUnescapes(_ row: String, _ wanted: [String?]) throws {
    #expect(try parse(row) == wanted)
  }

  @Test func refusesALoneBackslash() {
    #expect(throws: DecodingError.truncated) { try parse("a\\") }
  }
}
