import Logging
import TestSupport
import Testing

@testable import Capture

/// Whatever comes, transforms give a record, drop it, or say why not.
@Suite struct TransformFuzzTests {
  @Test func anyChainTakesAnyRecord() throws {
    let recorded = try RecordedTransforms()
    let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    var chains: [RecordTransformChain] = []
    for test in recorded.cases {
      var settings = ["topic.prefix": "golden", "database.hostname": "h", "database.user": "u", "database.dbname": "d"]
      settings.merge(test.settings) { $1 }
      if let made = try? ConnectorConfiguration(ConnectorFile(name: "test", settings: settings)).transformChain { chains.append(made) }
    }
    var random = SystemRandomNumberGenerator()
    var sent = 0
    for _ in 0..<20_000 {
      guard var record = recorded.cases.randomElement(using: &random)?.record else { continue }
      // Up to three chains behind each other: what one leaves is what the next one gets.
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        guard let chain = chains.randomElement(using: &random), (try? chain.apply(&record, logger: logger)) == true else { break }
        sent += 1
        _ = try? ConnectorConfiguration.Converter.jsonWithSchemas.bytes(record.value, schema: record.valueSchema)
        _ = try? ConnectorConfiguration.Converter.string.bytes(record.key, schema: record.keySchema)
      }
    }
    #expect(sent > 1000)
  }

  @Test func anyTextIsReadOrRefused() throws {
    let seeds = [
      "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "EEE, d MMM yyyy z G a K k Z D w W F u Y", "{\"a\":[1,2.5,null,\"x\"],\"b\":{\"c\":1e400}}",
      "[1,[2,{3:4}]]",
      "2024-02-03T04:05:06.789Z", "-9223372036854775808.5e-7", "a.`b.c`.d\\`", "outbox.${x}$1",
    ]
    var random = SystemRandomNumberGenerator()
    let extremes: [Int64] = [.min, .max, 0, -1, 253_402_300_800_000, -12_219_292_800_001, 9_223_372_036_854_000]
    for _ in 0..<20_000 {
      var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
      for _ in 0...2 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          Bool.random(using: &random) ? .random(in: 0x20...0x7E, using: &random) : .random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...(bytes.count - 1), using: &random)) }
      let text = String(decoding: bytes, as: UTF8.self)
      if let format = try? SimpleDateFormat(text) {
        for moment in extremes { _ = format.milliseconds(format.string(moment)) }
        _ = format.milliseconds(seeds[4])
      }
      _ = try? SimpleDateFormat(seeds[0]).milliseconds(text)
      _ = LiteralParser.parse(text)
      _ = try? FieldPath(text, isNested: true)
      _ = JavaNumber.double(text)
      _ = DecimalNumber(parsing: text)?.rescaled(to: 2)?.description
    }
  }
}
