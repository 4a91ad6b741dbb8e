internal import Kafka

extension DeadLetterReader {
  /// Hands out every record of a topic that is there when it begins.
  func scan(topic: String, isolation: isolated (any Actor)? = #isolation, _ body: (ConsumerRecord) -> Void) async throws {
    guard let described = try await admin.describeTopics([topic]).first, described.error == nil else { return }
    try await read(described.topicPartitions, DeadLetterSelection()) { letters in
      for letter in letters { body(letter.record) }
      return true
    }
  }
}
