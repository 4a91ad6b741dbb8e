/// The retry topics of a source topic: `<topic>.retry-1`, `<topic>.retry-2`… each with a longer delay than the one before. Pure.
public struct RetryTopics: Hashable, Sendable {
  /// What stands between the topic and the number.
  static let infix = ".retry-"

  /// How many there are: so often a record is tried again before it is dead-lettered. Default 3, at most 99.
  public var count: Int

  /// The delay of each. The number of attempts is ignored, and there is no jitter: the records of one topic become due in their order. Default 10 s, 1 min,
  /// 6 min; at most 1 h.
  public var delays: RetryPolicy

  /// Retry topics; a number that makes no sense is moved to the nearest that does.
  public init(count: Int = 3, delays: RetryPolicy = RetryPolicy(initialDelay: .seconds(10), multiplier: 6, maxDelay: .seconds(3600))) {
    self.count = min(max(count, 1), 99)
    self.delays = delays
  }

  /// The delay in ms of the retry topic of this number, from 1.
  func delay(_ number: Int) -> Int64 { Int64(delays.ceiling(after: number) / .milliseconds(1)) }

  /// The name of the retry topic of this number.
  static func name(of topic: String, _ number: Int) -> String { "\(topic)\(infix)\(number)" }

  /// The source topic and the number that a name stands for; nil where it is not that of a retry topic.
  static func parse(_ name: String) -> (topic: String, number: Int)? {
    guard let end = name.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
    let digits = name[name.utf8.index(after: end)...]
    guard (1...2).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), digits.utf8.first != 48,
      let number = Int(digits),
      name[...end].hasSuffix(infix)
    else { return nil }
    let topic = name[...end].dropLast(infix.count)
    return topic.isEmpty ? nil : (String(topic), number)
  }

  /// What to subscribe beside `topics`: the retry topics of those that are named, and for patterns one that matches those of whatever they match.
  func subscription(for topics: [String]) -> [String] {
    var all = topics
    for topic in topics {
      if topic.hasPrefix("^") {
        // The pattern's own end comes before the number.
        let pattern = topic.dropFirst().hasSuffix("$") ? topic.dropFirst().dropLast() : topic.dropFirst()
        all.append("^(\(pattern))\\.retry-[1-9][0-9]*$")
      } else if Self.parse(topic) == nil {
        all += (1...count).map { Self.name(of: topic, $0) }
      }
    }
    return all
  }

  /// Where a record goes that has failed for good, and when it is due there.
  ///
  /// - Parameters:
  ///   - topic: the one it was consumed from, a retry topic perhaps.
  ///   - now: ms since 1970.
  /// - Returns: nil at the end of the way: it is dead-lettered.
  func next(after topic: String, now: Int64) -> RetryStage? {
    let number = (Self.parse(topic)?.number ?? 0) + 1
    return number > count ? nil : RetryStage(number: number, due: now + delay(number))
  }
}
