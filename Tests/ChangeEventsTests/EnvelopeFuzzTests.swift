import Testing

@testable import ChangeEvents

@Suite struct EnvelopeFuzzTests {
  /// Whatever the bytes, parsing either throws an `EnvelopeError` or gives an envelope all of whose parts can be read,
  /// and decoding its fields as any type either throws or gives text.
  @Test func mutatedEnvelopes() throws {
    let seed: UInt64 = 0x51_0C_E5
    print("fuzz seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let corpus = try ["types.default", "operations.transactions", "types.schemas"].flatMap { try Fixtures.values($0 + ".jsonl") }
      .filter { $0.count < 60_000 }
    let decoders = try Self.decoders()
    let interesting: [[UInt8]] = ["\"", "\\", "{", "}", "[", "]", ",", ":", "\\u", "\\ud83d", "1e999", "-", "null", "99999999999999999999"]
      .map { Array($0.utf8) }
    var parsed = 0
    var refused = 0
    var fields = 0
    for round in 0..<100_000 {
      var bytes = corpus[round % corpus.count]
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        // Every other round changes digits and letters alone: most of these stay JSON, and reach the decoders.
        if round % 2 == 0 {
          if bytes[at] &- 0x30 < 10 { bytes[at] = UInt8.random(in: 0x31...0x39, using: &generator) }
          if bytes[at] &- 0x41 < 26 { bytes[at] = UInt8.random(in: 0x41...0x5A, using: &generator) }
          continue
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &generator)))
        case 3: bytes.removeSubrange(at...)
        case 4: bytes.insert(contentsOf: interesting[Int.random(in: 0..<interesting.count, using: &generator)], at: at)
        default:
          let end = min(bytes.count, at + Int.random(in: 1...60, using: &generator))
          bytes.insert(contentsOf: Array(bytes[at..<end]), at: Int.random(in: 0..<bytes.count, using: &generator))
        }
      }
      do throws(EnvelopeError) {
        let envelope = try Envelope.parse(bytes)
        parsed += 1
        _ = (envelope.source.schema, envelope.source.table, envelope.source.db, envelope.source.name, envelope.source.sequence)
        for row in [envelope.before, envelope.after, envelope.message] {
          guard let row else { continue }
          for index in 0..<row.count {
            _ = row.name(index)
            _ = row.value(index)
            let decoder = decoders[fields % decoders.count]
            var text: [UInt8] = []
            _ = try? decoder.appendText(of: row, at: index, to: &text)
            fields += 1
          }
        }
      } catch {
        refused += 1
      }
    }
    print("fuzz: \(parsed) parsed, \(refused) refused, \(fields) fields decoded")
    #expect(parsed > 1000)
    #expect(refused > 10_000)
  }

  /// Decoding values of one type as another, and random strings as all.
  @Test func decodersSurviveForeignValues() throws {
    var generator = SeededGenerator(seed: 99)
    let decoders = try Self.decoders()
    let alphabet = Array(#"0123456789-+.:TZPYMDHS{}[]",\\xinfyaeE =/AzNu"#.utf8)
    for round in 0..<40_000 {
      let text = String(
        decoding: (0..<Int.random(in: 0...24, using: &generator)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        },
        as: UTF8.self)
      let extremes: [Int64] = [.min, .max, 0, -1, .min + 1, CivilTime.infinityDays, CivilTime.infinityMicros, 1 << 40]
      let values: [FieldValue] = [
        .string(text), .json(text: text), .json(text: "[" + text + "]"), .json(text: "{\"scale\":" + text + "}"), .number(text: text),
        .integer(extremes.randomElement(using: &generator) ?? 0), .integer(Int64.random(in: .min ... .max, using: &generator)),
        .bool(true), .null,
      ]
      let decoder = decoders[round % decoders.count]
      for value in values {
        var out: [UInt8] = [1]
        do throws(ColumnDecodingError) {
          try decoder.appendText(value, to: &out)
        } catch {
          #expect(out == [1], "nothing is appended when it fails")
        }
      }
    }
  }

  /// Encoding random text as any type throws or writes; what it writes is JSON.
  @Test func encodersSurviveForeignText() throws {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array(#"0123456789-+.: {}[]",\\xinfyaeE=>/()NULBC"#.utf8)
    let encoders = try Self.types.flatMap { type in
      try Variant.allCases.map { variant in
        try ColumnEncoder(type: type.0, typmod: type.1, catalog: Self.catalog, isOptional: true, options: variant.options)
      }
    }
    var written = 0
    for round in 0..<60_000 {
      let text = String(
        decoding: (0..<Int.random(in: 0...30, using: &generator)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        },
        as: UTF8.self)
      guard let json = try? encoders[round % encoders.count].json(text) else { continue }
      let envelope = #"{"op":"d","before":{"v":"# + json + #"},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#
      _ = try Envelope.parse(Array(envelope.utf8))
      written += 1
    }
    #expect(written > 5000)
  }

  static let catalog = TypeCatalog([
    PostgresType(oid: 90_001, name: "hstore"), PostgresType(oid: 90_002, name: "vector"), PostgresType(oid: 90_003, name: "sparsevec"),
    PostgresType(oid: 90_004, name: "geometry"), PostgresType(oid: 90_005, name: "mood", kind: .enum, labels: ["ok"]),
  ])

  static let types: [(UInt32, Int32)] = [
    (16, -1), (17, -1), (20, -1), (21, -1), (23, -1), (25, -1), (26, -1), (700, -1), (701, -1), (1700, -1), (1700, 655_366), (790, -1),
    (1560, 1), (1560, 12), (1562, -1), (1082, -1), (1083, -1), (1083, 3), (1266, -1), (1114, -1), (1114, 0), (1184, -1), (1184, 3),
    (1186, -1), (600, -1), (2950, -1), (3802, -1), (1007, -1), (1009, -1), (1231, -1), (1182, -1), (1185, -1), (1001, -1), (90_001, -1),
    (90_002, -1), (90_003, -1), (90_004, -1), (90_005, -1),
  ]

  static func decoders() throws -> [ColumnDecoder] {
    try types.flatMap { type in
      try Variant.allCases.map { try ColumnDecoder(type: type.0, typmod: type.1, catalog: catalog, options: $0.options) }
    }
  }
}
