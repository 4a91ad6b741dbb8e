import Foundation
import TestSupport
import Testing

@testable import Capture

/// Connector files as nobody writes them. The number of inputs is taken from SLUICE_TEST_FUZZ_FRAMES, the seed from SLUICE_TEST_FUZZ_SEED.
@Suite struct ConnectorFileFuzzTests {
  private static let inputs = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_FRAMES"].flatMap { Int($0) } ?? 5_000
  private static let seed = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

  private static let sound: [String: String] = [
    "connector.class": ConnectorKeys.connectorClass, "topic.prefix": "p", "database.hostname": "h", "database.user": "u",
    "database.dbname": "d", "database.password": "${env:P}", "slot.name": "s", "table.include.list": "public\\.(a|b),c\\.d.*",
    "column.exclude.list": "public.a.[x-z]+", "message.key.columns": "public.a:id,b;(.*).c:id", "skipped.operations": "c,u",
    "transforms": "route,rename,outbox", "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
    "transforms.route.regex": "(?<all>.*)\\.([^.]+)", "transforms.route.replacement": "${all}-$2", "transforms.route.predicate": "is",
    "transforms.rename.type": "org.apache.kafka.connect.transforms.ReplaceField$Value", "transforms.rename.renames": "a:b,c:d",
    "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter", "transforms.outbox.predicate": "is",
    "transforms.outbox.negate": "true", "transforms.outbox.table.fields.additional.placement": "type:header:t,version:envelope",
    "predicates": "is", "predicates.is.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
    "predicates.is.pattern": "a|b{2,3}", "topic.creation.default.partitions": "3", "topic.creation.default.replication.factor": "1",
  ]

  private static let pieces = [
    "${", "}", "$", "\\", "(", ")", "[", "]", "{2,9}", "*", "+", "?", "|", "(?<n>", "\\Q", "\\E", ",", ";", ":", ".", "\u{0}", "é", "😀",
    "\"", "99999999999999999999",
    "-1", "${env:P}", "${file:/dev/null:x}", "true", "", "(?i)", "\\p{L}", "\\u0041", "$1", "${n}", "\\", " ", "a",
  ]

  private func text(_ settings: [String: String]) -> [UInt8] {
    let members = settings.sorted { $0.key < $1.key }.map { JSONDocument.Member(name: $0.key, value: .string($0.value)) }
    return Array(JSONDocument.object([.init(name: "name", value: .string("n")), .init(name: "config", value: .object(members))]).text.utf8)
  }

  /// A setting with another value, a key with another name, or bytes of the file changed, removed, doubled.
  private func damaged(_ chance: inout SeededRandom) -> [UInt8] {
    var settings = Self.sound
    let keys = settings.keys.sorted() + ConnectorKeys.all.keys.sorted()
    for _ in 0..<chance.below(4) {
      let key = keys[chance.below(keys.count)]
      var value = settings[key] ?? ""
      for _ in 0...chance.below(4) {
        let piece = Self.pieces[chance.below(Self.pieces.count)]
        let place = value.index(value.startIndex, offsetBy: chance.below(value.count + 1))
        value.insert(contentsOf: piece, at: place)
      }
      settings[chance.below(20) == 0 ? key + Self.pieces[chance.below(Self.pieces.count)] : key] = value
    }
    var bytes = text(settings)
    switch chance.below(4) {
    case 0:
      for _ in 0...chance.below(6) { bytes[chance.below(bytes.count)] = UInt8(truncatingIfNeeded: chance.next()) }
    case 1: bytes.removeLast(chance.below(bytes.count))
    case 2:
      let start = chance.below(bytes.count)
      bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + chance.below(200))], at: chance.below(bytes.count))
    default: break
    }
    return bytes
  }

  @Test func `damaged connector files are read or refused in one line, soon`() {
    var chance = SeededRandom(seed: Self.seed)
    let clock = ContinuousClock()
    var slowest = Duration.zero
    var read = 0
    for _ in 0..<Self.inputs {
      let bytes = damaged(&chance)
      let start = clock.now
      do {
        let configuration = try ConnectorConfiguration(ConnectorFile(parsing: bytes, origin: "f"), environment: ["P": "pssst"])
        _ = configuration.captures(schema: "public", table: "aaaaaaaaaaaaaaaa")
        read += 1
      } catch {
        if error.description.contains("pssst") || error.description.isEmpty {
          Issue.record("\(error.description) of \(String(decoding: bytes, as: UTF8.self))")
        }
      }
      slowest = max(slowest, clock.now - start)
    }
    #expect(read > Self.inputs / 20, "most of what is tried should get beyond the JSON")
    #expect(slowest < .seconds(5), "\(slowest)")
  }

  @Test func `deep, long and doubled JSON takes no more than its size`() {
    for text in [
      String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 200_000),
      "\"" + String(repeating: "\\u0041", count: 200_000), String(repeating: "9", count: 1_000_000) + "e",
      "{" + (0..<20_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}",
    ] {
      let clock = ContinuousClock()
      let elapsed = clock.measure { _ = try? JSONDocument(parsing: text.utf8) }
      #expect(elapsed < .seconds(20), "\(text.prefix(10)): \(elapsed)")
    }
  }
}

extension SeededRandom {
  fileprivate mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &self) }
}
