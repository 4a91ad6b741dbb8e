public import Kafka

/// The headers of a dead letter, in the two dialects that tools read: Kafka Connect's (`__connect.errors.*`, text) and Spring Kafka's
/// (`kafka_dlt-*`, numbers as big-endian bytes). Pure.
///
/// The record's own headers come first and are kept. Error headers of an earlier dead letter are dropped, so that a record that fails
/// again and again does not grow. There is no stack trace, and no text is longer than ``maxMessageBytes``.
public struct DeadLetterHeaders: Sendable {
  /// The prefix of Kafka Connect's headers.
  public static let connectPrefix = "__connect.errors."
  /// The prefix of Spring Kafka's headers.
  public static let springPrefix = "kafka_dlt-"
  /// The longest message, in bytes of UTF-8.
  public static let maxMessageBytes = 1024
  /// The longest name of an error, a handler or a group, in bytes of UTF-8.
  public static let maxNameBytes = 256

  /// The consumer group that set the record aside.
  public var group: String

  /// Headers for dead letters of this group.
  public init(group: String) {
    self.group = group
  }

  /// Whether a header tells about an error or an attempt, in one of the dialects, rather than belonging to the record.
  public static func isErrorHeader(_ name: String) -> Bool {
    name.hasPrefix(connectPrefix) || name.hasPrefix(springPrefix) || name.hasPrefix(RetryHeaders.prefix)
  }

  /// All headers of the letter.
  ///
  /// - Parameter isBrief: leaves out everything but the place the record came from, for a letter that is too large otherwise.
  public func headers(for letter: DeadLetter, isBrief: Bool = false) -> [Header] {
    let record = letter.record
    let verdict = letter.verdict
    var headers = record.headers.filter { !Self.isErrorHeader($0.name) }

    func connect(_ name: String, _ value: String, limit: Int = Self.maxNameBytes) {
      headers.append(Header(name: Self.connectPrefix + name, value: Self.bounded(value, limit)))
    }
    func spring(_ name: String, _ value: [UInt8]) {
      headers.append(Header(name: Self.springPrefix + name, value: value))
    }

    connect("topic", record.topic)
    connect("partition", String(record.partition))
    connect("offset", String(record.offset))
    spring("original-topic", Self.bounded(record.topic, Self.maxNameBytes))
    spring("original-partition", Self.bigEndian(record.partition))
    spring("original-offset", Self.bigEndian(record.offset))
    if let retry = letter.retry { headers += RetryHeaders.headers(for: retry, timestamp: record.timestamp) }
    if isBrief { return headers }

    connect("connector.name", group)
    connect("task.id", "0")
    connect("stage", letter.stage.rawValue)
    connect("class.name", verdict.handler ?? "sluice.syncer")
    connect("exception.class.name", verdict.errorName)
    connect("exception.message", verdict.sentence, limit: Self.maxMessageBytes)
    spring("original-timestamp", Self.bigEndian(record.timestamp))
    spring("original-timestamp-type", Array(Self.name(of: record.timestampType).utf8))
    spring("original-consumer-group", Self.bounded(group, Self.maxNameBytes))
    spring("exception-fqcn", Self.bounded(verdict.errorName, Self.maxNameBytes))
    if let cause = verdict.causeName { spring("exception-cause-fqcn", Self.bounded(cause, Self.maxNameBytes)) }
    spring("exception-message", Self.bounded(verdict.sentence, Self.maxMessageBytes))
    return headers
  }

  /// The names of the Java client.
  private static func name(of type: TimestampType) -> String {
    switch type {
    case .none: "NoTimestampType"
    case .createTime: "CreateTime"
    case .logAppendTime: "LogAppendTime"
    }
  }

  private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// Cut where a character begins, so that the rest stays UTF-8.
  static func bounded(_ text: String, _ limit: Int) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count > limit else { return bytes }
    var end = limit
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return Array(bytes[..<end])
  }
}
