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

  @Test func survivesGarbage() {
    var random = SystemRandomNumberGenerator()
    var parser = CopyRowParser()
    for _ in 0..<50_000 {
      let row = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random) : [0x09, 0x5C, 0x4E, 0x0A].randomElement(using: &random) ?? 0
      }
      row.withUnsafeBytes { buffer in
        guard (try? parser.parse(buffer)) != nil else { return }
        for case .text(let range) in parser.fields { precondition(range.upperBound <= parser.bytes.count) }
      }
    }
  }
}
