internal import Kafka

/// The headers of a record in a retry topic: Spring's (`retry_topic-*`), beside those of a dead letter, which tell where it comes from and why it is here.
/// Pure.
///
/// Source: Spring for Apache Kafka, `RetryTopicHeaders` and `DeadLetterPublishingRecovererFactory`: attempts as four bytes, times as the shortest two's complement that
/// holds them (Java's `BigInteger.toByteArray`), all big-endian.
enum RetryHeaders {
  static let prefix = "retry_topic-"
  /// The number of the attempt that comes next; the first one was 1.
  static let attempts = "retry_topic-attempts"
  /// When the record is due, ms since 1970.
  static let due = "retry_topic-backoff-timestamp"
  /// The timestamp of the record when it was consumed first: that of the record in the retry topic says when it came there, as retention counts from it.
  static let originalTimestamp = "retry_topic-original-timestamp"

  /// The headers that a stage adds.
  static func headers(for stage: RetryStage, timestamp: Int64) -> [Header] {
    [
      Header(name: attempts, value: withUnsafeBytes(of: Int32(clamping: stage.number + 1).bigEndian) { Array($0) }),
      Header(name: due, value: bigInteger(stage.due)),
      Header(name: originalTimestamp, value: bigInteger(timestamp)),
    ]
  }

  /// When a record of a retry topic is due; where no header says it, or one that is not to be believed, after the delay of its topic.
  ///
  /// - Parameter limit: no record waits beyond this time, ms since 1970: a header from elsewhere must not stop a partition for a year.
  static func due(of record: ConsumerRecord, limit: Int64) -> Int64 {
    guard let value = number(due, record) else { return min(record.timestamp, limit) }
    return min(value, limit)
  }

  /// A record of a retry topic as it was consumed first: its topic, partition, offset and timestamp, without what was added on its way. Nil for a record of any
  /// other topic.
  static func original(of record: ConsumerRecord) -> ConsumerRecord? {
    guard let (topic, _) = RetryTopics.parse(record.topic) else { return nil }
    var original = record
    original.topic = text(DeadLetterHeaders.springPrefix + "original-topic", record) ?? topic
    original.partition =
      number(DeadLetterHeaders.springPrefix + "original-partition", record).map(Int32.init(clamping:)) ?? record.partition
    original.offset = number(DeadLetterHeaders.springPrefix + "original-offset", record) ?? record.offset
    original.timestamp = number(originalTimestamp, record) ?? record.timestamp
    original.headers = record.headers.filter { !DeadLetterHeaders.isErrorHeader($0.name) }
    return original
  }

  /// The last one of a name counts: it was added last.
  private static func value(_ name: String, _ record: ConsumerRecord) -> [UInt8]? {
    record.headers.last { $0.name == name }?.value
  }

  private static func text(_ name: String, _ record: ConsumerRecord) -> String? {
    value(name, record).flatMap { String(validating: $0, as: UTF8.self) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A big-endian two's complement of one to eight bytes, not negative.
  static func number(_ name: String, _ record: ConsumerRecord) -> Int64? {
    guard let bytes = value(name, record), (1...8).contains(bytes.count), let first = bytes.first, first & 0x80 == 0 else { return nil }
    return bytes.reduce(0) { $0 << 8 | Int64($1) }
  }

  private static func bigInteger(_ value: Int64) -> [UInt8] {
    let bytes = withUnsafeBytes(of: value.bigEndian) { Array($0) }
    let sign: UInt8 = value < 0 ? 0xFF : 0
    // Leading bytes that only repeat the sign are left out.
    var start = 0
    while start < 7, bytes[start] == sign, (bytes[start + 1] & 0x80 != 0) == (value < 0) { start += 1 }
    return Array(bytes[start...])
  }
}
