import Foundation
import Testing

@testable import ChangeEvents

/// Type conversion over mutated texts: whatever comes, a value or an error, in space bounded by the input.
///
/// `SLUICE_TEST_FUZZ_FRAMES` says how many inputs (default 20,000; `make fuzz` takes a million).
struct ValueFuzzTests {
  private static let inputs = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_FRAMES"].flatMap { Int($0) } ?? 20_000

  /// Texts of every form that PostgreSQL prints, and JSON of every form that an envelope carries.
  private static let corpus: [String] = [
    "t", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5e308", "NaN", "-Infinity", "infinity", "-infinity", "12345678.90",
    "123456789012345678901234567890.123456789", "$1,234.56", "-$0.01", "", "abc \"quoted\" \\ back", "한국어 🙂", "\\xdeadbeef00",
    "101010101010",
    "2024-02-29", "0044-03-15 BC", "5874897-12-31", "12:34:56.789012", "24:00:00", "12:34:56.789+09", "23:59:59.999999-12:30",
    "2024-02-29 12:34:56.789012", "294276-12-31 23:59:59.999999", "4713-01-01 00:00:00 BC", "2024-02-29 12:34:56.789+05:30",
    "1 year 2 mons -3 days +04:05:06.789", "-178000000 years", "00:00:00", "\"a\"=>\"1\", \"b\"=>NULL", "(1.5,-2.5e-10)",
    "0101000020E6100000000000000000F03F0000000000000040", "[1,2.5,-3]", "{1:1.5,3:2}/5", "{1,2,NULL}", "[0:1]={\"a b\",\"c\\\"d\"}",
    "{{1,2},{3,4}}", "{}", "{\"{\\\"a\\\": 1}\"}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "[\"BOI=\",null]",
    "{\"scale\":18,\"value\":\"B1vNFQ==\"}",
    "{\"scale\":-2147483648,\"value\":\"AA==\"}", "{\"x\":1.5,\"y\":2.5,\"wkb\":\"AQ==\",\"srid\":null}",
    "{\"dimensions\":5,\"vector\":[[1,1.5]]}",
    "P1Y2M-3DT4H5M6.789S", "+10000-01-01T00:00:00Z", "-0043-03-15T00:00:00.123456Z", "[[[[[[[[", "{\"a\":{\"b\":[1,{\"c\":null}]}}",
    "{\"year\":2024,\"month\":2,\"day\":29,\"hour\":1,\"minute\":2,\"second\":3,\"nanos\":4,\"specialValue\":null,\"precision\":6}",
  ]

  @Test func whateverATextIsItIsAValueOrAnError() throws {
    let codecs = try Self.codecs()
    var random = SeededGenerator(seed: 0x5EED)
    var accepted = 0
    for i in 0..<Self.inputs {
      let text = Self.mutated(using: &random)
      let (encoder, decoder) = codecs[Int(random.next() % UInt64(codecs.count))]
      var writer = JSONWriter(capacity: 64)
      let before = writer.count
      let wrote = text.withUnsafeBytes { bytes in (try? encoder.write(text: bytes, to: &writer)) != nil }
      // What failed left nothing; what did not is bounded by the input: an interval in fields is the longest of the short ones.
      #expect(wrote || writer.count == before, "input \(i)")
      #expect(writer.count <= 4096 + 16 * text.count, "input \(i): \(text.count) bytes became \(writer.count)")
      if wrote {
        accepted += 1
        var again: [UInt8] = []
        _ = try? decoder.appendText(Self.field(writer.copyBytes()), to: &again)
      }
      var back: [UInt8] = []
      let isText = (try? decoder.appendText(Self.field(text), to: &back)) ?? false
      // What has a binary form has a text, and means the same.
      if let binary = Self.field(text).withView(decoder.binaryValue) {
        #expect(isText && binary.text(zoned: back.contains(UInt8(ascii: "+"))) == String(decoding: back, as: UTF8.self), "input \(i)")
      }
      #expect(back.count <= 400_000 + 16 * text.count, "input \(i): \(text.count) bytes became \(back.count)")
    }
    // Mutations that are all refused would test nothing.
    #expect(accepted > Self.inputs / 20)
  }

  /// The field that a JSON value is, or that its text is as a string.
  private static func field(_ json: [UInt8]) -> FieldValue {
    let text = String(decoding: json, as: UTF8.self)
    switch json.first {
    case UInt8(ascii: "\""): return .string(String(text.dropFirst().dropLast()))
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .json(text: text)
    default: return Int64(text).map { .integer($0) } ?? (Double(text) == nil ? .string(text) : .number(text: text))
    }
  }

  private static func codecs() throws -> [(ColumnEncoder, ColumnDecoder)] {
    let catalog = TypeCatalog([
      PostgresType(oid: 90_001, name: "hstore"), PostgresType(oid: 90_002, name: "_hstore", kind: .array, elementOID: 90_001),
      PostgresType(oid: 90_003, name: "geometry"), PostgresType(oid: 90_004, name: "vector"), PostgresType(oid: 90_005, name: "sparsevec"),
      PostgresType(oid: 90_006, name: "mood", kind: .enum, labels: ["sad", "ok"]),
    ])
    let types: [(UInt32, Int32)] = [
      (16, -1), (17, -1), (20, -1), (21, -1), (23, -1), (26, -1), (25, -1), (114, -1), (700, -1), (701, -1), (1700, -1),
      (1700, (10 << 16) + 6),
      (1700, (38 << 16) + 22), (790, -1), (1560, 1), (1560, 12), (1562, -1), (1082, -1), (1083, -1), (1083, 3), (1266, -1), (1114, -1),
      (1114, 3), (1184, -1), (1184, 3), (1186, -1), (2950, -1), (600, -1), (3904, -1), (1007, -1), (1009, -1), (1231, -1),
      (1231, (8 << 16) + 7),
      (1182, -1), (1115, -1), (1001, -1), (3807, -1), (2951, -1), (90_001, -1), (90_002, -1), (90_003, -1), (90_004, -1), (90_005, -1),
      (90_006, -1),
    ]
    var all: [(ColumnEncoder, ColumnDecoder)] = []
    for precision in EncodingOptions.TimePrecision.allCases {
      for (decimal, binary) in zip(EncodingOptions.DecimalHandling.allCases, EncodingOptions.BinaryHandling.allCases) {
        let options = EncodingOptions(
          decimalHandling: decimal, timePrecision: precision, intervalHandling: decimal == .precise ? .numeric : .string,
          binaryHandling: binary, hstoreHandling: decimal == .double ? .map : .json)
        for (oid, typmod) in types {
          all.append(
            (
              try ColumnEncoder(type: oid, typmod: typmod, catalog: catalog, isOptional: true, options: options),
              try ColumnDecoder(type: oid, typmod: typmod, catalog: catalog, options: options)
            ))
        }
      }
    }
    return all
  }

  /// A text of the corpus after up to four cuts, insertions, repetitions and changed bytes.
  private static func mutated(using random: inout SeededGenerator) -> [UInt8] {
    var bytes = Array(corpus[Int(random.next() % UInt64(corpus.count))].utf8)
    for _ in 0..<(random.next() % 5) {
      let place = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
      switch random.next() % 6 {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
      case 2 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 3 where !bytes.isEmpty: bytes.remove(at: place)
      case 4: bytes.insert(contentsOf: Array("0123456789-+:., {}[]\"\\TZ".utf8).shuffled(using: &random).prefix(3), at: place)
      default:
        let other = Array(corpus[Int(random.next() % UInt64(corpus.count))].utf8)
        bytes.insert(contentsOf: other.prefix(Int(random.next() % 40)), at: place)
      }
    }
    return bytes
  }
}
