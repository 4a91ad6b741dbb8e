import Testing

@testable import ChangeEvents

@Suite struct JSONWriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(capacity: 1)
    body(&writer)
    return String(decoding: writer.copyBytes(), as: UTF8.self)
  }

  @Test func stringsAreEscapedAsJacksonDoes() {
    #expect(written { $0.string("") } == #""""#)
    #expect(written { $0.string("a\"b\\c/d") } == #""a\"b\\c/d""#)
    #expect(written { $0.string("\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}") } == #""\n\r\t\b\f\u0000\u001F"# + "\u{7F}\"")
    #expect(written { $0.string("한국어 🙂 \u{FFFF}\u{2028}") } == #""한국어 \uD83D\uDE42 "# + "\u{FFFF}\u{2028}\"")
    #expect(written { $0.string("\u{10FFFF}\u{10000}") } == #""\uDBFF\uDFFF\uD800\uDC00""#)
  }

  /// The eight-byte steps find what the single ones find, at every place.
  @Test func escapesAtEveryPlace() {
    for special in ["\"", "\\", "\n", "\u{1}", "🙂"] {
      for length in 0..<40 {
        for at in 0...length {
          let text =
            String(repeating: "é", count: at / 2) + String(repeating: "x", count: at % 2) + special
            + String(repeating: "y", count: length - at)
          let escaped: [String: String] = ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\u{1}": "\\u0001", "🙂": "\\uD83D\\uDE42"]
          #expect(written { $0.string(text) } == "\"" + text.replacing(special, with: escaped[special] ?? "") + "\"")
        }
      }
    }
  }

  @Test func integers() {
    for value in [0, 1, -1, 9, 10, 99, 100, 12345, -98765, Int64.max, .min, 999_999_999_999_999_999, 1_000_000_000_000_000_000] {
      #expect(written { $0.integer(value) } == String(value))
      var text: [UInt8] = []
      PostgresText.append(value, to: &text)
      #expect(String(decoding: text, as: UTF8.self) == String(value))
    }
    for value in [0, UInt64.max, UInt64(Int64.max), UInt64(Int64.max) + 1] {
      #expect(written { $0.unsigned(value) } == String(value))
    }
  }

  @Test(
    arguments: [
      (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (0.1, "0.1"), (1e308, "1.0E308"), (1e-5, "1.0E-5"), (0.001, "0.001"), (0.00099, "9.9E-4"),
      (9_999_999, "9999999.0"), (1e7, "1.0E7"), (12_345_678.9, "1.23456789E7"), (-2.5e-10, "-2.5E-10"), (123_456.789, "123456.789"),
      (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""), (100, "100.0"),
    ] as [(Double, String)])
  func doubles(_ value: Double, _ text: String) {
    #expect(written { $0.double(value) } == text)
  }

  @Test func floats() {
    #expect(written { $0.float(1.5) } == "1.5")
    #expect(written { $0.float(0.1) } == "0.1")
    #expect(written { $0.float(3.4028235e38) } == "3.4028235E38")
  }

  @Test func binaries() {
    let bytes: [UInt8] = [0xDE, 0xAD, 0xBE, 0xEF, 0x00]
    for (mode, text) in [
      (.bytes, "3q2+7wA="), (.base64, "3q2+7wA="), (.base64URLSafe, "3q2-7wA="), (.hex, "deadbeef00"),
    ] as [(EncodingOptions.BinaryHandling, String)] {
      #expect(written { writer in bytes.withUnsafeBytes { writer.binary($0, as: mode) } } == "\"\(text)\"")
    }
    for count in 0..<10 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 250) }
      for alphabet in [Base64.standard, Base64.urlSafe] {
        var encoded: [UInt8] = []
        var writer = JSONWriter()
        bytes.withUnsafeBytes { writer.base64($0, alphabet: alphabet) }
        encoded = writer.copyBytes()
        var decoded: [UInt8] = []
        #expect(encoded.withUnsafeBytes { Base64.decode($0, into: &decoded) })
        #expect(decoded == bytes)
      }
    }
    var decoded: [UInt8] = [7]
    for bad in ["a", "ab=c", "a b=", "====="] {
      #expect(!Array(bad.utf8).withUnsafeBytes { Base64.decode($0, into: &decoded) })
      #expect(decoded == [7])
    }
  }

  @Test func buffer() {
    var writer = JSONWriter(capacity: 1)
    for _ in 0..<1000 { writer.raw("0123456789") }
    #expect(writer.count == 10_000)
    writer.truncate(to: 20_000)
    #expect(writer.count == 10_000)
    writer.truncate(to: 3)
    writer.null()
    writer.bool(true)
    #expect(writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "012nulltrue")
    #expect(writer.withUnsafeBytes(in: 3..<7) { String(decoding: $0, as: UTF8.self) } == "null")
    writer.removeAll()
    #expect(writer.copyBytes().isEmpty)
  }
}
