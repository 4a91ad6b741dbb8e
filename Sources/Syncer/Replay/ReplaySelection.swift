internal import Kafka

/// One topic of a replay, all of it or some partitions: `orders`, `orders:0,3`.
public struct ReplaySelection: Hashable, Sendable {
  /// The topic.
  public var topic: String
  /// Its partitions; nil is all of them.
  public var partitions: Set<Int32>?

  /// Names a topic, or some of its partitions.
  public init(topic: String, partitions: Set<Int32>? = nil) {
    self.topic = topic
    self.partitions = partitions
  }

  /// Reads `topic` or `topic:0,3`; nil for anything else.
  public init?(parsing text: String) {
    guard let colon = text.lastIndex(of: ":") else {
      guard !text.isEmpty else { return nil }
      self.init(topic: text)
      return
    }
    let numbers = text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false)
    let partitions = numbers.compactMap { Int32($0) }.filter { $0 >= 0 }
    guard colon > text.startIndex, !numbers.isEmpty, partitions.count == numbers.count else { return nil }
    self.init(topic: String(text[..<colon]), partitions: Set(partitions))
  }

  /// Of the partitions that the topic has, those that are meant.
  ///
  /// - Throws: ``ReplayError`` (`unknownPartition`) where one is not there.
  func partitions(of all: [TopicPartition]) throws(ReplayError) -> [TopicPartition] {
    guard let wanted = partitions else { return all }
    let found = all.filter { wanted.contains($0.partition) }
    guard found.count == wanted.count else {
      let missing = wanted.subtracting(found.map(\.partition)).sorted()
      throw ReplayError(
        .unknownPartition,
        "topic \(topic) has \(all.count) partitions, it has none of number \(missing.map(String.init).joined(separator: ", "))")
    }
    return found
  }
}
