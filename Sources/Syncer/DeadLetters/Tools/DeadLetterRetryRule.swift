internal import Kafka

/// Decides what a retry does with a letter. Pure.
public struct DeadLetterRetryRule: Hashable, Sendable {
  /// The attempts of a record until it is set aside.
  public static let defaultAttempts = 3
  /// What is appended to the original topic for records that had their attempts.
  public static let parkingSuffix = ".parked"

  /// How often a record is replayed before it is set aside. Default 3.
  public var attempts = Self.defaultAttempts
  /// Where to; nil is the topic that the record came from.
  public var target: String?
  /// Replays letters of parked keys, too, rather than asking for an attempt at their queue. What waits behind them is overtaken.
  public var republishes = false
  /// Replays what was replayed, resolved or discarded before.
  public var isForced = false
  /// How many partitions topics have; a letter goes back to its own partition where that is there, so that order is kept.
  public var partitions: [String: Int] = [:]

  /// The defaults.
  public init() {}

  /// What to do with a letter in this state.
  public func route(_ item: DeadLetterItem) -> DeadLetterRoute {
    switch item.state {
    case .waiting: return republish(item.letter)
    case .parked(let key, _, _): return republishes ? republish(item.letter) : .requestKey(key)
    case .resolved, .replayed, .setAside, .discarded, .duplicate: return isForced ? republish(item.letter) : .skip(item.state.name)
    case .inDoubt: return isForced ? republish(item.letter) : .skip(item.state.name)
    }
  }

  /// The record as it is written again: key, value, headers and time as they were, error headers gone, one attempt more.
  ///
  /// - Parameter value: another value in the place of the letter's; the outer nil keeps it, the inner one is NULL.
  public func republish(_ letter: StoredDeadLetter, value: [UInt8]?? = nil) -> DeadLetterRoute {
    guard let topic = target ?? letter.topic else { return .skip("no header tells its topic, --to names one") }
    // A foreign consumer may read the dead-letter topic itself: what was written back there would come round for ever.
    guard topic != letter.record.topic else { return .skip("its target is the topic that it is in") }
    let timestamp = letter.timestamp >= 0 ? letter.timestamp : nil
    guard letter.attempts < attempts || isForced else {
      let parking = (letter.topic ?? topic) + Self.parkingSuffix
      return .setAside(
        ProducerRecord(
          topic: parking, partition: partition(of: letter, in: parking), key: letter.record.key, value: letter.record.value,
          headers: letter.record.headers.filter { $0.name != StoredDeadLetter.sourceHeader } + [source(letter)], timestamp: timestamp))
    }
    let headers =
      letter.ownHeaders + [Header(name: StoredDeadLetter.attemptsHeader, text: String(letter.attempts + 1)), source(letter)]
    return .replay(
      ProducerRecord(
        topic: topic, partition: partition(of: letter, in: topic), key: letter.record.key, value: value ?? letter.record.value,
        headers: headers, timestamp: timestamp))
  }

  private func source(_ letter: StoredDeadLetter) -> Header {
    Header(name: StoredDeadLetter.sourceHeader, text: letter.place.description)
  }

  /// In another topic keys may live elsewhere: there the partitioner chooses.
  private func partition(of letter: StoredDeadLetter, in topic: String) -> Int32? {
    guard target == nil, let partition = letter.partition, let count = partitions[topic], Int(partition) < count else { return nil }
    return partition
  }
}
