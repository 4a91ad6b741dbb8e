public import Kafka

/// A dead letter as it was read back, with what its headers tell: those of Sluice, of Kafka Connect (`__connect.errors.*`, text) and of Spring Kafka
/// (`kafka_dlt-*`, numbers as big-endian bytes). Pure.
///
/// Sources: Kafka Connect's `DeadLetterQueueReporter`, Spring's `DeadLetterPublishingRecoverer` and `KafkaHeaders`.
public struct StoredDeadLetter: Hashable, Sendable {
  /// Counts the replays of a record. It stays with the record when that is dead-lettered again, so that replaying has an end.
  public static let attemptsHeader = "sluice.replay.attempts"
  /// Where a replayed record was replayed from: the place of its dead letter.
  public static let sourceHeader = "sluice.replay.source"

  /// The record in the dead-letter topic.
  public var record: ConsumerRecord
  /// The topic that it was consumed from; nil where no header says so.
  public var topic: String?
  /// The partition there.
  public var partition: Int32?
  /// The offset there.
  public var offset: Int64?
  /// The time of the original record, ms since 1970; negative where it has none.
  public var timestamp: Int64
  /// The consumer group, or the connector, that has set it aside.
  public var group: String?
  /// Where on its way it failed, as Kafka Connect names stages.
  public var stage: String?
  /// The handler, or the class of the transformation, that failed.
  public var handler: String?
  /// The class of the error.
  public var errorName: String?
  /// What the error says.
  public var message: String?
  /// How often the record was replayed before it came here.
  public var attempts: Int

  /// Reads the headers; what they do not tell is nil. The last header of a name counts: it was added last.
  public init(_ record: ConsumerRecord) {
    self.record = record
    func bytes(_ name: String) -> [UInt8]? { record.headers.last { $0.name == name }?.value }
    func text(_ name: String) -> String? {
      bytes(name).flatMap { String(validating: $0, as: UTF8.self) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    func connect(_ name: String) -> String? { text(DeadLetterHeaders.connectPrefix + name) }
    func spring(_ name: String) -> String? { text(DeadLetterHeaders.springPrefix + name) }
    func number(_ name: String) -> Int64? { RetryHeaders.number(DeadLetterHeaders.springPrefix + name, record) }

    topic = connect("topic") ?? spring("original-topic")
    partition = (connect("partition").flatMap { Int64($0) } ?? number("original-partition")).flatMap { Int32(exactly: $0) }
      .flatMap { $0 < 0 ? nil : $0 }
    offset = (connect("offset").flatMap { Int64($0) } ?? number("original-offset")).flatMap { $0 < 0 ? nil : $0 }
    timestamp = number("original-timestamp") ?? record.timestamp
    group = spring("original-consumer-group") ?? connect("connector.name")
    stage = connect("stage")
    handler = connect("class.name")
    errorName = connect("exception.class.name") ?? spring("exception-cause-fqcn") ?? spring("exception-fqcn")
    message = connect("exception.message") ?? spring("exception-message")
    attempts = text(Self.attemptsHeader).flatMap { Int($0) }.map { max(0, $0) } ?? 0
  }

  /// Where it is.
  public var place: DeadLetterPlace { DeadLetterPlace(record.topicPartition, offset: record.offset) }

  /// The headers that belong to the record itself: without those that tell about errors, attempts and earlier replays.
  public var ownHeaders: [Header] {
    record.headers.filter { !DeadLetterHeaders.isErrorHeader($0.name) && $0.name != Self.attemptsHeader && $0.name != Self.sourceHeader }
  }
}
