import Kafka
import TestSupport
import Testing

@testable import Syncer

@Suite struct HeaderCodecTests {
  @Test(arguments: [
    [], [Header(name: "a", text: "b")], [Header(name: "", value: nil), Header(name: "", value: [])],
    [Header(name: "ü\u{0}", value: [0, 255]), Header(name: "long", value: [UInt8](repeating: 7, count: 70_000))],
  ])
  func headersComeBackAsTheyWere(headers: [Header]) {
    #expect(HeaderCodec.decode(HeaderCodec.encode(headers)) == headers)
  }

  @Test func theBytesAreKafkas() {
    #expect(HeaderCodec.encode([Header(name: "ab", value: [1]), Header(name: "c", value: nil)]) == [4, 4, 97, 98, 2, 1, 2, 99, 1])
  }

  @Test func damagedBytesAreNoHeadersAndNoCrash() {
    #expect(HeaderCodec.decode([]) == nil)
    #expect(HeaderCodec.decode([2]) == nil)
    #expect(HeaderCodec.decode([1]) == nil)
    #expect(HeaderCodec.decode([0, 0]) == nil)
    let good = HeaderCodec.encode([Header(name: "trace", text: "abc"), Header(name: "n", value: nil)])
    var mutator = ByteMutator(seed: 4)
    for _ in 0..<5000 { _ = HeaderCodec.decode(mutator.mutate(good, with: good)) }
  }

  @Test func textsAreCutWhereACharacterBeginsAndHoldNoNUL() {
    #expect(StoredText.bounded("a\u{0}b") == "ab")
    #expect(StoredText.bounded("aüb", 2) == "a")
    #expect(StoredText.bounded("aüb", 3) == "aü")
    #expect(StoredText.bounded("", 3) == "")
  }
}
