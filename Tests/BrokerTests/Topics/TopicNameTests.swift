import Testing

@testable import Broker

@Suite struct TopicNameTests {
  @Test(
    "names that Kafka takes are taken", arguments: ["a", "a.b", "A_b-9", "...", "__consumer_offsets", String(repeating: "x", count: 249)])
  func valid(name: String) { #expect(TopicName.problem(with: name) == nil) }

  @Test(
    "names that Kafka refuses are refused",
    arguments: ["", ".", "..", "a b", "a/b", "a\0", "a:b", "ü", "a\n", String(repeating: "x", count: 250)])
  func invalid(name: String) { #expect(TopicName.problem(with: name)?.hasPrefix("Topic name is invalid: ") == true) }

  @Test("a UUID's text is Kafka's")
  func uuid() {
    #expect(KafkaUUID.zero.text == "AAAAAAAAAAAAAAAAAAAAAA")
    #expect(KafkaUUID(high: 0xFBFF_BFFB_FFBF_FBFF, low: 0xBFFB_FFBF_FBFF_BFFB).text == "-_-_-_-_-_-_-_-_-_-_-w")
    for _ in 0..<100 {
      let id = KafkaUUID.random()
      #expect(KafkaUUID(text: id.text) == id)
    }
    #expect(KafkaUUID(text: "AAAAAAAAAAAAAAAAAAAAA") == nil)
    #expect(KafkaUUID(text: "AAAAAAAAAAAAAAAAAAAA*A") == nil)
    #expect(KafkaUUID(text: "AAAAAAAAAAAAAAAAAAAAAAA") == nil)
  }
}
