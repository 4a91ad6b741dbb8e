import ChangeEvents
import Testing

@testable import Capture

@Suite struct ConnectValueParserTests {
  private static let schema = ConnectSchema.structure(
    "s",
    [
      ("i", .int64), ("f", .float32), ("d", .float64), ("t", .optionalString), ("b", .bytes), ("l", .array(of: .boolean)),
      ("m", .map(.string, .optionalString)), ("p", .map(.int16, .float64)), ("s", .structure("in", [("x", .float64)])),
    ])

  private func parse(_ text: String, _ schema: ConnectSchema? = schema) throws -> ConnectValue {
    try ConnectValueParser.parse(Array(text.utf8), schema: schema)
  }

  @Test func readsWhatTheConverterWrites() throws {
    let text =
      #"{"i":-9223372036854775808,"f":1.1,"d":1.0E-5,"t":"a\"\\\n\u0001é\uD83D\uDE42","b":"3q2+7w==","l":[true,false],"#
      + #""m":{"a":null,"b":"c"},"p":[[1,0.5]],"s":{"x":"NaN"}}"#
    let value = try parse(text)
    var writer = JSONWriter(capacity: 64)
    try JSONConverter.write(value, schema: Self.schema, to: &writer)
    #expect(String(decoding: writer.copyBytes(), as: UTF8.self) == text)
    guard case .structure(let fields) = value else {
      Issue.record("no struct")
      return
    }
    #expect(fields[1] == .float32(1.1))
    #expect(fields[3] == .string("a\"\\\n\u{1}é🙂"))
    #expect(fields[4] == .bytes([0xDE, 0xAD, 0xBE, 0xEF]))
  }

  @Test func aPlaceholderKeepsItsOwnType() throws {
    #expect(try parse(#""__debezium_unavailable_value""#, .int64) == .string("__debezium_unavailable_value"))
    #expect(try parse("null", .int64) == .null)
  }

  @Test(
    arguments: [
      "", "{", #"{"i"}"#, #"{"i":1"#, #"{"unknown":1}"#, "[1", "tru", "1x", #""abc"#, #""\x""#, #""\u12""#, #"{"b":"*"}"#, "1 2", "-",
      "[1,]",
      #"{"p":[1]}"#,
    ])
  func refusesWhatIsNoPayload(_ text: String) {
    #expect(throws: CaptureError.self) { try parse(text) }
  }

  @Test func refusesDepth() {
    #expect(throws: CaptureError.self) { try parse(String(repeating: "[", count: 100_000), nil) }
  }

  @Test func neverCrashes() throws {
    var random = SystemRandomNumberGenerator()
    let seed = Array(#"{"i":1,"f":1.5,"t":"\u00e9\n","b":"3q2+","l":[true,null],"m":{"a":"b"},"p":[[1,2.5]],"s":{"x":-1e5}}"#.utf8)
    let alphabet = Array(#"{}[]",:\u0eE+-.ntf"#.utf8) + [0xC3, 0xFF, 0x00]
    for _ in 0..<20_000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = alphabet.randomElement(using: &random) ?? 0
        case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
        default: if bytes.count > 1 { bytes.remove(at: at) }
        }
      }
      _ = try? ConnectValueParser.parse(bytes, schema: Self.schema)
    }
  }
}
